#!/usr/bin/env python3
"""Opens the report's pages in a real headless Chromium, light, dark, narrow, forced colours and print.

    pages_test.py TEST_PROGRAM OUTPUT_FOLDER

TEST_PROGRAM is plimsoll_tests: its hidden case [.pages] writes the pages. Screenshots and PDFs stay in
OUTPUT_FOLDER. Checked: the browser reports no script error and no violation of the content policy, the
hostile page has the element tree of the harmless one, no shape is left black, no request leaves for a network, nothing is wider
than a phone, the text is complete without script, a PDF is at most 1 MB, and page one and two of it are
the headline and the ladder alone. Python's standard library only.

axe-core is used when it is found (AXE_CORE=/path/to/axe.min.js, or node_modules beside the checkout; get
it with `npm install --no-save axe-core`); without it the script says so and goes on.
Exit status 77 means: no Chromium here.
"""
import html.parser
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage", "--no-pings",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"]
failures = []


def check(good, what):
    print(("ok    " if good else "FAIL  ") + what, flush=True)
    if not good:
        failures.append(what)


def chromium(page, *flags):
    """Runs one page; returns (stdout, lines that the page's console wrote)."""
    with tempfile.TemporaryDirectory(prefix="plimsoll-chromium-") as profile:
        done = subprocess.run(
            [BROWSER, *FLAGS, f"--user-data-dir={profile}", *flags, page.as_uri()],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=180, check=False)
    said = done.stderr.decode("utf-8", "replace").splitlines()
    return done.stdout.decode("utf-8", "replace"), [line for line in said if ":CONSOLE" in line]


class Tree(html.parser.HTMLParser):
    """Names of all elements in order with their depth; texts; attributes that must not be there."""

    VOID = {"meta", "input", "link", "br", "img"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.names, self.depth, self.bad, self.text, self.skip = [], 0, [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.append((self.depth, tag))
        self.bad += [f"{tag} {name}" for name, _ in attrs if name.startswith("on") or name == "style"]
        self.depth += tag not in self.VOID
        self.skip += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.depth -= tag not in self.VOID
        self.skip -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.skip:
            self.text.append(data)


def variant(page, name, change):
    made = page.with_name(f"{page.stem}-{name}.html")
    made.write_bytes(change(page.read_bytes()))
    return made


def dark(text):
    return text.replace(b'id="th-a" class="sr" checked=""', b'id="th-a" class="sr"').replace(
        b'id="th-d" class="sr"', b'id="th-d" class="sr" checked=""')


def framed(page, width, height):
    """A page that shows another in a frame of a phone's width: a window cannot be that narrow."""
    made = page.with_name(f"{page.stem}-framed-{width}.html")
    made.write_text(
        f"<!doctype html><body style='margin:0'><iframe src='{page.name}' width={width} height={height} "
        "style='border:0;display:block'></iframe><script>addEventListener('message',e=>"
        "document.body.setAttribute('data-said',e.data))</script></body>")
    return made


def said_by(text, width, name, flags=()):
    """Opens a page of these bytes in a frame; returns what it posted to the frame's owner."""
    inner = OUT / f"{name}-inner.html"
    inner.write_bytes(text)
    outer = framed(inner, width, 1300)
    out, _ = chromium(outer, f"--window-size={max(width, 600)},1400", "--dump-dom",
                      "--virtual-time-budget=60000", *flags)
    inner.unlink()
    outer.unlink()
    found = re.search(r'data-said="([^"]*)"', out)
    return html.unescape(found[1]) if found else None


def open_for_tests(text, script):
    """The page without its content policy and with a script of ours."""
    return re.sub(rb"<meta http-equiv[^>]*>", b"", text, count=1).replace(
        b"</body>", b"<script>" + script + b"</script></body>")


def control(page):
    """Shows that the checks can fail: a handler planted in the page must be blocked, and be reported."""
    planted = variant(page, "planted", lambda text: text.replace(
        b"<main>", b"<main><img src=x onerror=document.title='ran'><a href='javascript:1'>x</a>"))
    out, said = chromium(planted, "--dump-dom")
    check(bool(said), "control: a planted handler is reported on the console")
    check("<title>ran" not in out, "control: the content policy blocks it")
    planted.unlink()


def screenshots(page):
    for name, shown, width, height, flags in (
            ("light", page, 1360, 1300, []),
            ("dark", variant(page, "dark", dark), 1360, 1300, []),
            ("full", page, 1360, 12000, []),
            ("phone", page, 390, 3000, []),
            ("forced-colours", page, 1360, 1300, ["--force-high-contrast"])):
        target = OUT / f"{page.stem}-{name}.png"
        target.unlink(missing_ok=True)
        _, said = chromium(shown, f"--window-size={width},{height}", f"--screenshot={target}", *flags)
        check(not said, f"{page.stem} {name}: the console stays silent {said[:2]}")
        check(target.exists() and target.stat().st_size > 5000, f"{page.stem} {name}: a screenshot")


def pixels(png):
    """The rows of a PNG as Chromium writes it (8 bits a channel, not interlaced): (channels, rows)."""
    data, at, packed = png.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", body[:10])
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    channels = {2: 3, 6: 4}[colour]
    raw, size = zlib.decompress(packed), width * channels
    above, rows = bytearray(size), []
    for y in range(height):
        how, row = raw[y * (size + 1)], bytearray(raw[y * (size + 1) + 1:(y + 1) * (size + 1)])
        for x in range(size):
            left = row[x - channels] if x >= channels else 0
            corner = above[x - channels] if x >= channels else 0
            middle = left + above[x] - corner
            paeth = min((abs(middle - left), 0, left), (abs(middle - above[x]), 1, above[x]),
                        (abs(middle - corner), 2, corner))[2]
            row[x] = (row[x] + (0, left, above[x], (left + above[x]) // 2, paeth)[how]) & 255
        rows.append(row)
        above = row
    return channels, rows


def black_share(page, name):
    target = OUT / f"{page.stem}-{name}.png"
    chromium(page, "--window-size=1360,2600", "--force-device-scale-factor=0.2", f"--screenshot={target}")
    channels, rows = pixels(target)
    black = sum(max(row[x:x + 3]) < 8 for row in rows for x in range(0, len(row), channels))
    target.unlink()
    return black * channels / sum(map(len, rows))


def no_shape_without_a_colour(page):
    """SVG fills black what no rule names, and no token of ours is black: it must not be seen."""
    check(black_share(page, "small") < 0.002, f"{page.stem}: no shape is left without a colour")
    bare = variant(page, "bare", lambda text: text.replace(b"#backdrop .b", b"#nothing .b"))
    check(black_share(bare, "small") > 0.01, "control: shapes that no rule names are seen to be black")
    bare.unlink()


def print_pdf(page):
    target = OUT / f"{page.stem}.pdf"
    target.unlink(missing_ok=True)
    _, said = chromium(page, "--no-pdf-header-footer", f"--print-to-pdf={target}")
    check(not said, f"{page.stem}: printing leaves the console silent {said[:2]}")
    size = target.stat().st_size if target.exists() else 0
    check(0 < size <= 1_000_000, f"{page.stem}: the PDF has {size} bytes, at most 1 MB")
    if not shutil.which("pdftotext"):
        print("note  no pdftotext (poppler-utils): what stands on which page is not checked")
        return
    pages = subprocess.run(["pdftotext", str(target), "-"], stdout=subprocess.PIPE,
                           check=True).stdout.decode().split("\f")
    check("What to do" not in pages[0] and "Log scale" in pages[0],
          "print: page one is the headline alone")
    check("What to do" in pages[1] and "Five signs" not in pages[1],
          "print: page two is the ladder alone")
    everything = re.sub(r"\s+", " ", "".join(pages))
    check("four weeks while" in everything,
          "print: closed parts are opened")


def dom(page):
    """Hostile text must make the same elements in a real browser, whose parser forgives much."""
    harmless, said = chromium(page, "--dump-dom")
    hostile, hostile_said = chromium(page.with_name("hostile.html"), "--dump-dom")
    check(not said and not hostile_said, f"hostile: no policy report, no error {hostile_said[:3]}")
    one, other = Tree(harmless), Tree(hostile)
    check(len(one.names) > 800, f"the browser made {len(one.names)} elements")
    check(one.names == other.names, "hostile: the same elements as harmless")
    # The one style attribute allowed is none at all; the script adds none either.
    check(not one.bad and not other.bad, f"no handler, no style attribute {other.bad[:3]}")
    plain = Tree(page.with_name("harmless.html").read_text("utf-8"))
    words = re.sub(r"\s+", " ", "".join(plain.text))
    check("p99 of POST /book" in words and "What would prove this wrong" in words,
          "the text is complete without script")


def hosts_asked(page):
    log = OUT / "net-log.json"
    chromium(page, "--dump-dom", f"--log-net-log={log}")
    text = log.read_text("utf-8", "replace") if log.exists() else ""
    log.unlink(missing_ok=True)
    hosts = set(re.findall(r'"url":"(?:https?|wss?)://([^/"]*)', text))
    # What the browser asks for of its own accord, whatever page is open.
    return {host for host in hosts if not re.search(r"(^|[.])(google|googleapis|gstatic)[.]com$", host)}


def requests(page):
    fetching = OUT / "fetching.html"
    fetching.write_text("<!doctype html><img src='http://planted.invalid/x.png'>")
    check(hosts_asked(fetching) == {"planted.invalid"}, "control: a request is seen in the log")
    fetching.unlink()
    asked = hosts_asked(page)
    check(not asked, f"no request for a network {sorted(asked)[:3]}")


def narrow(page):
    """Nothing may stick out sideways, at a phone's width least of all."""
    probe = (b"addEventListener('load',()=>{const d=document.documentElement;"
             b"parent.postMessage(d.scrollWidth+' of '+d.clientWidth,'*')})")
    for width in (390, 820, 1360):
        said = said_by(open_for_tests(page.read_bytes(), probe), width, "width")
        check(said == f"{width} of {width}", f"{page.stem} at {width} px is {said} wide")


def axe(page):
    places = [os.environ.get("AXE_CORE", ""), str(ROOT / "node_modules/axe-core/axe.min.js")]
    source = next((place for place in places if place and pathlib.Path(place).exists()), None)
    if source is None:
        print("note  axe-core is not here: run `npm install --no-save axe-core` in the checkout, "
              "or set AXE_CORE, to check accessibility")
        return
    library = pathlib.Path(source).read_bytes().replace(b"</script", b"<\\/script")
    runner = library + (
        b";addEventListener('load',()=>axe.run({runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa',"
        b"'wcag22aa','best-practice']}).then(r=>parent.postMessage(JSON.stringify({n:r.passes.length,"
        b"v:r.violations.map(v=>v.id+': '+v.nodes.slice(0,3).map(n=>n.target+' '+(n.any[0]||{})"
        b".message))}),'*')))")
    for name, change, width, flags in (("light", bytes, 1360, []), ("dark", dark, 1360, []),
                                       ("phone", bytes, 390, []),
                                       ("forced colours", bytes, 1360, ["--force-high-contrast"])):
        said = said_by(open_for_tests(change(page.read_bytes()), runner), width, "axe", flags)
        result = json.loads(said) if said else None
        check(result is not None and result["n"] > 20, f"axe ran on {page.stem}, {name}")
        if result:
            check(not result["v"], f"axe, {page.stem}, {name}: no violation {result['v']}")


def main():
    for stale in OUT.glob("*.html"):
        stale.unlink()
    subprocess.run([PROGRAM, "html: pages for the browser"], check=True,
                   env={**os.environ, "PLIMSOLL_PAGES": str(OUT)}, stdout=subprocess.DEVNULL)
    rich = OUT / "rich.html"
    screenshots(rich)
    no_shape_without_a_colour(rich)
    print_pdf(rich)
    dom(OUT / "harmless.html")
    control(rich)
    requests(rich)
    narrow(rich)
    narrow(OUT / "hostile.html")
    narrow(OUT / "large.html")
    axe(rich)
    axe(OUT / "empty.html")
    for name in ("empty", "numberless", "large"):
        page = OUT / f"{name}.html"
        target = OUT / f"{name}.png"
        _, said = chromium(page, "--window-size=1360,6000", f"--screenshot={target}")
        check(not said and target.exists(), f"{name}: opens, the console stays silent {said[:2]}")
    print(f"{len(failures)} failures; screenshots in {OUT}")
    return 1 if failures else 0


if __name__ == "__main__":
    ROOT = pathlib.Path(__file__).resolve().parents[2]
    PROGRAM = sys.argv[1]
    OUT = pathlib.Path(sys.argv[2]).resolve()
    OUT.mkdir(parents=True, exist_ok=True)
    BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome")
                    if (found := shutil.which(name))), None)
    if BROWSER is None:
        print("no Chromium: install the package chromium")
        sys.exit(77)
    sys.exit(main())
