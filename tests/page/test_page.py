# SPDX-License-Identifier: BSD-2-Clause
"""The page of ses-policy report in a real browser: its layout, dark and light, on paper, by the rules of axe, and with names that would do harm."""
import json
import pathlib
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from lib.records import line, record
from lib.tool import ROOT, run

WIDTHS = [360, 768, 1440]
SCHEMES = ["light", "dark"]
USER = "arn:aws:iam::123456789012:user/"
HARM = ["<script>window.harm = 1</script>", '"><img src=x onerror="window.harm = 1">', "' onmouseover='window.harm = 1' x='", "</style><svg onload=window.harm=1>",
        "]]></title><iframe src=//evil.test></iframe>", "a\u202eb\u0007c", "w" * 3000, "javascript:window.harm=1"]


class Browser:
    """Chromium without a screen. It is told nothing that a user's would not know, but for its size and what it prefers."""

    def __init__(self, folder: pathlib.Path) -> None:
        options = webdriver.ChromeOptions()
        # --no-sandbox: tests run as root. The rest keeps it from the network, and its files in the folder.
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
                         "--disable-background-networking", "--disable-component-update", "--no-proxy-server", f"--user-data-dir={folder}/profile"):
            options.add_argument(argument)
        options.binary_location = "/usr/bin/chromium"
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_script_timeout(120)

    def show(self, page: pathlib.Path, width: int, scheme: str, media: str = "screen") -> None:
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.driver.get(page.as_uri())

    def ask(self, script: str, *arguments: object) -> object:
        return self.driver.execute_script(script, *arguments)

    def console(self) -> list[str]:
        """What it has told since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("browser"))
    yield opened
    opened.driver.quit()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core, the rules of screen readers and people who see little, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    assert npm, "npm is needed to fetch axe-core; apt-get install npm"
    done = subprocess.run([npm, "pack", "--loglevel=error", "axe-core@4"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"axe-core cannot be fetched: {done.stderr}"
    shutil.unpack_archive(next(folder.glob("*.tgz")), folder)
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


def statement(effect: str, sid: str, resource: str, **condition: dict) -> dict:
    principal = {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}} if effect == "Deny" else {}
    return {"Sid": sid, "Effect": effect, "Action": "ses:SendRawEmail", "Resource": f"arn:aws:ses:us-west-2:123456789012:identity/{resource}"} | principal | (
        {"Condition": condition} if condition else {})


def report(folder: pathlib.Path, identities: list[str], sids: list[str], names: list[str]) -> pathlib.Path:
    """A site with all that a page can show: principals, findings, tests, limits, refusals of all kinds."""
    policies = folder / "policies.d"
    policies.mkdir()
    for path in (ROOT / "contrib" / "examples").glob("*.json"):
        shutil.copy(path, policies)
    own = [statement("Deny", sid, identities[number % len(identities)], StringNotLike={"ses:FromAddress": f"*@{identities[0]}", "ses:FromDisplayName": sid})
           for number, sid in enumerate(sids)]
    (policies / "more.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": own}, indent=1), encoding="utf-8")
    billing = folder / "billing.json"
    billing.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement("Allow", "Bills", identities[0], Bool={"aws:SecureTransport": "true"})]}))
    test = {"sender": "no-reply@example.net", "recipients": ["a@example.org"], "client": "172.31.5.6"}
    (policies / "more.test.json").write_text(json.dumps({"policies": ["sender.json"], "tests": [
        test | {"name": "passes", "expect": {"decision": "allowed"}}, *(test | {"name": sid, "expect": {"decision": "denied"}} for sid in sids)]}))
    settings = folder / "milter.json"
    settings.write_text(json.dumps({
        "policies": [str(policies)], "account": "123456789012", "region": "us-west-2", "identities": identities, "shadow": [str(policies / "sender.json")],
        "principals": [{"login": "billing", "arn": f"{USER}billing", "policies": [str(billing)]}, {"login": "crm", "refuse": True},
                       {"login": "*", "network": "10.0.0.0/8", "arn": USER + "${login}"}],
        "quotas": {"account": {"per_day": 50000, "per_second": 14}, "senders": [{"sender": "*@example.net", "per_day": 5000, "mode": "monitor"}]}}), encoding="utf-8")
    with (folder / "records.jsonl").open("w", encoding="utf-8") as out:
        for number in range(400):
            name = names[number % len(names)]
            kind = [{"decision": "explicitDeny", "reason": "policy"}, {"decision": "implicitDeny", "reason": "no-allow", "mode": "monitor"},
                    {"decision": "error", "reason": "memory"}, {"decision": "explicitDeny", "reason": "policy", "mode": "shadow"},
                    {"decision": "throttled", "reason": "quota", "quota": {"scope": "sender", "key": name, "kind": "day", "used": 9, "limit": 9}},
                    {"decision": "explicitDeny", "reason": name}][number % 6]
            # Time, and how many there are, go up and down.
            moment = f"2026-11-{10 + number % 17:02}T{number * 7 % 24:02}:{number % 60:02}:00Z"
            out.write(line(record(number, time=moment, sender=f"a@{name}", recipients=(f"b@{name}",), stage="RCPT", policy=name, sid=name, principal=name, **kind)))
    done = run("report", "--settings", settings, "--records", folder / "records.jsonl", "-o", folder / "report.html")
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "report.html"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return report(tmp_path_factory.mktemp("usual"), ["example.net", "example.com", "news.example.com", "ops@example.org"], ["One", "Two"],
                  ["evil.test", "sender", "customer.example"])


@pytest.fixture(scope="module")
def harmful(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return report(tmp_path_factory.mktemp("harmful"), ["example.net", "a-name-as-long-as-they-can-be." * 7 + "example.com"], HARM, HARM)


# What stands out of the page at its right, but for what has a box of its own to be scrolled in.
OUTSIDE = """
const width = document.documentElement.clientWidth;
return [...document.body.querySelectorAll('*')].filter(one => !one.closest('.scroll, .skip') && one.getBoundingClientRect().right > width + 1
    && one.checkVisibility()).map(one => one.outerHTML.slice(0, 120));
"""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_layout(browser: Browser, usual: pathlib.Path, harmful: pathlib.Path, width: int, scheme: str) -> None:
    for page in (usual, harmful):
        browser.console()
        browser.show(page, width, scheme)
        assert browser.ask("return document.documentElement.clientWidth") == width
        assert browser.ask("return document.documentElement.scrollWidth") <= width
        assert browser.ask(OUTSIDE) == []
        # Folded, a cell of the matrix is as wide as the page; else its table scrolls in a box of its own.
        assert browser.ask("return getComputedStyle(document.querySelector('.matrix td')).display") == ("block" if width == 360 else "table-cell")
        assert browser.ask("return document.querySelector('.plot').getBoundingClientRect().width") > width * 0.5
        red, green, blue = browser.ask("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")[:3]
        assert (red + green + blue > 600) == (scheme == "light")
        assert browser.console() == []


# Folded and wide, dark and light: axe takes its time.
@pytest.mark.parametrize("width, scheme", [(WIDTHS[0], "dark"), (WIDTHS[-1], "light")])
def test_axe_finds_nothing(browser: Browser, usual: pathlib.Path, axe: str, width: int, scheme: str) -> None:
    browser.show(usual, width, scheme)
    # What is folded is looked at, too.
    browser.ask("for (const one of document.querySelectorAll('details')) one.open = true")
    browser.ask(axe)
    found = browser.driver.execute_async_script("const done = arguments[0]; axe.run(document).then(done, error => done({violations: [String(error)]}))")
    assert [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found["violations"]] == []
    assert len(found["passes"]) > 20


def test_harmful_names_do_nothing(browser: Browser, harmful: pathlib.Path) -> None:
    browser.console()
    browser.show(harmful, 1440, "light")
    browser.ask("for (const one of document.querySelectorAll('details')) one.open = true")
    assert browser.ask("return window.harm") is None
    assert browser.ask("return document.querySelectorAll('script, img, iframe, object, embed, link, base, form, input, image, foreignObject').length") == 0
    assert browser.ask("return [...document.querySelectorAll('*')].flatMap(one => [...one.attributes]).filter(one => /^on|style|src/.test(one.name)).length") == 0
    assert browser.ask("return [...document.querySelectorAll('[href]')].filter(one => !one.getAttribute('href').startsWith('#')).length") == 0
    # Nothing was asked for: neither a file nor the network.
    assert browser.ask("return performance.getEntriesByType('resource').length") == 0
    assert "<script>window.harm = 1</script>" in browser.ask("return document.querySelector('#refusals').innerText")
    assert browser.console() == []


def test_the_page_forbids_scripts_itself(browser: Browser, usual: pathlib.Path) -> None:
    """Should a name come through one day, the browser runs nothing. The console tells of it: it is heard where other tests find it empty."""
    worse = usual.with_name("worse.html")
    worse.write_text(usual.read_text(encoding="utf-8").replace("</main>", "<script>window.harm = 1</script><img src=x.png onerror='window.harm = 1'></main>"),
                     encoding="utf-8")
    browser.console()
    browser.show(worse, 768, "light")
    assert browser.ask("return document.querySelectorAll('script, img').length") == 2
    assert browser.ask("return window.harm") is None
    assert sum("Content Security Policy" in told for told in browser.console()) >= 2


def test_on_paper(browser: Browser, usual: pathlib.Path) -> None:
    """What is folded on the screen is printed, in black on white."""
    seen = "return [...document.querySelectorAll('details .text, details.numbers table')].map(one => one.checkVisibility())"
    browser.show(usual, 768, "dark")
    assert False in browser.ask(seen)
    browser.show(usual, 768, "dark", "print")
    assert browser.ask(seen) and False not in browser.ask(seen)
    assert browser.ask("return getComputedStyle(document.querySelector('nav')).display") == "none"
    assert browser.ask("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.ask("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_links_lead_to_their_statements(browser: Browser, usual: pathlib.Path) -> None:
    browser.show(usual, 1440, "light")
    broken = "return [...document.querySelectorAll('a[href]')].filter(one => !document.getElementById(one.getAttribute('href').slice(1))).length"
    assert browser.ask(broken) == 0
    name = browser.ask("const one = document.querySelector('.matrix a.ref'); one.click(); return one.innerText")
    assert browser.ask("return document.querySelector('.statement:target h4').innerText").endswith(name)
