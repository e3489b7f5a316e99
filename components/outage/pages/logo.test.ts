// cspell:ignore avascript
import * as assert from "node:assert/strict";
import { cleanLogo } from "./logo";

describe("the logo", () => {
  it("goes into the pages as it was drawn", () => {
    for (const [svg, written] of [
      ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h1v-1e-3z"/></svg>\n', undefined],
      ["<svg><title>A &amp; B</title><g fill='rgb(1, 2, 3)'><text x=\"1\">Ü</text></g></svg>", undefined],
      [
        '<svg><defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>' +
          '<use href="#b" transform="translate(1 2) rotate(-3)" style="fill:url(#a);stroke:none"/></svg>',
        undefined,
      ],
      ["<svg><!-- made by hand --> <g/> </svg>", "<svg><g/></svg>"],
    ] as const) {
      assert.equal(cleanLogo(svg), written ?? svg.trim().replaceAll("'", '"'));
    }
  });

  const refused: readonly (readonly [what: string, svg: string, says: RegExp])[] = [
    ["a script", "<svg><script>1</script></svg>", /<script>/],
    ["a script in another case", "<svg><SCRIPT>1</SCRIPT></svg>", /<SCRIPT>/],
    ["a script of another namespace", "<svg><s:script xmlns:s='http://www.w3.org/2000/svg'/></svg>", /s:script/],
    ["a handler", '<svg onload="x()"></svg>', /onload/],
    ["a handler after a slash", "<svg><g/onload=alert(1)></g></svg>", /well-formed/],
    ["a handler behind a new line", '<svg><g\nonload\n=\n"x()"/></svg>', /onload/],
    ["a link", '<svg><a href="javascript:alert(1)"><path d="M0"/></a></svg>', /<a>/],
    ["a link without quotes", "<svg><a href=javascript:alert(1)>x</a></svg>", /well-formed|<a>/],
    ["a link to a script in what is used", '<svg><use href="javascript:alert(1)"/></svg>', /href/],
    ["a link by entities", '<svg><use xlink:href="&#106;avascript:alert(1)"/></svg>', /href/],
    ["a picture from elsewhere", '<svg><image href="https://example.org/x.png"/></svg>', /<image>/],
    ["a use of elsewhere", '<svg><use href="https://example.org/x.svg#a"/></svg>', /href/],
    ["an animation of a link", '<svg><animate attributeName="href" to="javascript:x()"/></svg>', /<animate>/],
    ["a page in it", "<svg><foreignObject><body/></foreignObject></svg>", /foreignObject/],
    ["a style sheet", "<svg><style>@import url(//example.org)</style></svg>", /<style>/],
    ["a style from elsewhere", '<svg><g style="fill:url(https://example.org/a)"/></svg>', /style/],
    ["an escaped style", '<svg><g style="fill:u\\72l(//example.org)"/></svg>', /style/],
    ["a fill from elsewhere", '<svg><g fill="url(//example.org/a#b)"/></svg>', /fill/],
    [
      "an entity of its own",
      '<!DOCTYPE svg [<!ENTITY x "y">]><svg><text>&x;</text></svg>',
      /document type|well-formed/,
    ],
    ["CDATA", "<svg><text><![CDATA[<script>]]></text></svg>", /CDATA/],
    ["an instruction", '<svg><?xml-stylesheet href="x"?></svg>', /xml-stylesheet/],
    ["an element in the title", "<svg><title><g/></title></svg>", /<g>/],
    ["a picture in a picture", "<svg><svg/></svg>", /<svg>/],
    ["a document of another kind", "<html><svg/></html>", /<html>/],
    ["an open end", "<svg><g></svg>", /well-formed/],
    ["something after it", "<svg></svg><p>x</p>", /well-formed|<p>/],
    ["words outside of text", "<svg>x</svg>", /Text stands/],
  ];
  for (const [what, svg, says] of refused) {
    it(`is refused with ${what}`, () => assert.throws(() => cleanLogo(svg), says));
  }
});
