import sax from "sax";

/**
 * Elements that a picture needs, none of which runs, loads or links to anything. All others are refused: a list of bad
 * elements is never complete. `title` holds words alone.
 */
const elements = new Set(
  (
    "svg g defs symbol use title path rect circle ellipse line polyline polygon text tspan " +
    "linearGradient radialGradient stop clipPath mask"
  ).split(" "),
);

const attributes = new Set(
  (
    "id class xmlns xmlns:xlink version viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d " +
    "points transform fill fill-opacity fill-rule clip-path clip-rule mask maskUnits maskContentUnits clipPathUnits stroke " +
    "stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity " +
    "color offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod pathLength vector-effect " +
    "font-family font-size font-style font-weight letter-spacing text-anchor dominant-baseline textLength lengthAdjust " +
    "style href xlink:href xml:space role focusable aria-hidden aria-label aria-labelledby"
  ).split(" "),
);

const namespaces: Readonly<Record<string, string>> = {
  xmlns: "http://www.w3.org/2000/svg",
  "xmlns:xlink": "http://www.w3.org/1999/xlink",
};

/** Colours, numbers, transforms, or a reference into the picture itself. No escapes, no `@`, no other function. */
const plainValue =
  /^(?:[\w\s#%.,:;'"!+/-]|(?:rgba?|hsla?|matrix|translate|scale|rotate|skew[XY])\([\d\s.,%/e+-]*\)|url\(#[\w.-]+\))*$/i;
/** Attributes with words for people. */
const words = "aria-label";
const reference = /^#[\w.-]+$/;

/**
 * A logo for the pages: parsed as XML and rewritten from its allowed parts, so every reader of the characters sees the
 * same.
 *
 * @throws Error that says what is not allowed in it.
 */
export function cleanLogo(svg: string): string {
  const parser = sax.parser(true);
  const open: string[] = [];
  let written = "";
  let error: Error | undefined;
  const refuse = (what: string): void => {
    error ??= new Error(what);
  };
  parser.onerror = ({ message }) => {
    refuse(`It is not well-formed XML: ${message.split("\n")[0]}.`);
    // The parser goes on only after its error is cleared.
    (parser as { error: Error | null }).error = null;
  };
  parser.ondoctype = () => refuse("Remove the document type.");
  parser.onprocessinginstruction = ({ name }) => refuse(`Remove <?${name} ...?>.`);
  parser.oncdata = () => refuse("Write the text without CDATA.");
  // Comments are dropped.
  parser.oncomment = () => undefined;
  parser.onopentag = ({ name, attributes: given }) => {
    if (!elements.has(name) || (open.length === 0) !== (name === "svg") || open.at(-1) === "title") {
      refuse(`The element <${name}> is not allowed here.`);
    }
    open.push(name);
    const list = Object.entries(given).map(([key, value]) => {
      checkAttribute(key, String(value), refuse);
      return ` ${key}="${escaped(String(value))}"`;
    });
    written += `<${name}${list.join("")}>`;
  };
  parser.ontext = (text) => {
    const meant = open.some((name) => name === "text" || name === "title");
    if (!meant && text.trim() !== "") {
      refuse("Text stands in <text> and <title> only.");
    }
    written += meant ? escaped(text) : "";
  };
  parser.onclosetag = (name) => {
    open.pop();
    written = written.endsWith(">") && isEmpty(written, name) ? `${written.slice(0, -1)}/>` : `${written}</${name}>`;
  };
  parser.write(svg.trim()).close();
  if (error !== undefined) {
    throw error;
  }
  return written;
}

/** Whether the last output is this element's own opening tag. */
function isEmpty(written: string, name: string): boolean {
  const last = written.slice(written.lastIndexOf("<"));
  return last === `<${name}>` || (last.startsWith(`<${name} `) && !last.endsWith("/>"));
}

function checkAttribute(name: string, value: string, refuse: (what: string) => void): void {
  if (!attributes.has(name)) {
    refuse(`The attribute ${name} is not allowed.`);
  } else if (namespaces[name] !== undefined && value !== namespaces[name]) {
    refuse(`${name} must be ${namespaces[name]}.`);
  } else if (name.endsWith("href") && !reference.test(value)) {
    refuse(`${name} may name a part of the logo alone, such as #mark, and not "${value}".`);
  } else if (namespaces[name] === undefined && !name.endsWith("href") && name !== words && !plainValue.test(value)) {
    refuse(`${name} may hold plain values and url(#part) alone, and not "${value}".`);
  }
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => names[character] ?? character);
}
