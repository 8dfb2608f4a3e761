"""The report in a real browser: nothing fails, every image is there, nothing leaves the file."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from radassoc.report.report import render_report

pytestmark = pytest.mark.browser

#: Written into the page by the test alone; the report itself holds no script and forbids any.
COUNT = """<script>
addEventListener("load", () => {
  const images = [...document.images];
  document.title = JSON.stringify({
    images: images.length,
    loaded: images.filter(image => image.complete && image.naturalWidth > 0).length,
    requests: performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.startsWith("data:")),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    contents: getComputedStyle(document.querySelector("nav")).position,
  });
});
</script>"""


@pytest.fixture(scope="module")
def page(results, pictures):
    return render_report(results, pictures, title="Trial <script>alert('x')</script>")


def browse(page: str, folder: Path, *options: str, width: int = 1280) -> subprocess.CompletedProcess[str]:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("chromium is not installed")
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-extensions",
            "--no-first-run",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},1000",
            "--enable-logging=stderr",
            *options,
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def measured(page: str, folder: Path, *, width: int = 1280) -> dict[str, object]:
    """Return what a script of the test counts; the policy that forbids scripts is lifted for it."""
    open_page = page.replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'")
    dom = browse(open_page.replace("</body>", COUNT + "</body>"), folder, "--dump-dom", width=width).stdout
    title = re.search(r"<title>(.*?)</title>", dom)
    assert title is not None
    return json.loads(title.group(1).replace("&quot;", '"').replace("&amp;", "&"))


def test_console_is_silent(page, tmp_path):
    done = browse(page, tmp_path, "--dump-dom")
    assert "Key results" in done.stdout
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def test_an_error_would_be_seen(page, tmp_path):
    broken = page.replace("</body>", '<img src="https://example.invalid/x.png"></body>')
    done = browse(broken, tmp_path, "--dump-dom")
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.parametrize("width", [1280, 794])
def test_images_load_nothing_is_fetched_and_nothing_overflows(page, tmp_path, width):
    found = measured(page, tmp_path, width=width)
    assert found["images"] == found["loaded"] == page.count("<img ")
    assert found["requests"] == []
    assert found["overflow"] == 0
    assert found["contents"] == ("sticky" if width > 1000 else "static")


def test_it_prints(page, tmp_path):
    browse(page, tmp_path, f"--print-to-pdf={tmp_path / 'report.pdf'}", "--no-pdf-header-footer")
    printed = (tmp_path / "report.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert len(printed) > 50_000
