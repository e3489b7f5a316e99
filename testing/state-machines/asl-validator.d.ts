/** The package has no types. https://github.com/ChristopheBougere/asl-validator */
declare module "asl-validator" {
  /** @param definition A definition in the Amazon States Language. */
  export default function validate(definition: unknown): { readonly isValid: boolean; errorsText(): string };
}
