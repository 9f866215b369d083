# SPDX-License-Identifier: BSD-2-Clause
"""The dashboard for Grafana: about metrics that there are, in queries that Prometheus reads, on panels that fit beside each other."""
import itertools
import json
import pathlib
import re
import subprocess

import pytest
from test_static import METRICS

ROOT = pathlib.Path(__file__).resolve().parents[2]
DASHBOARD = json.loads((ROOT / "contrib/grafana/ses-policy-milter.json").read_text())
PANELS = DASHBOARD["panels"]
TARGETS = [(panel, target) for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = [target["expr"] for _, target in TARGETS] + [one["expr"] for one in DASHBOARD["annotations"]["list"]]
# Of Grafana's own: what it puts in, columns of its grid, names of units.
BUILT_IN = {"__rate_interval": "5m", "__range": "6h"}
COLUMNS = 24
UNITS = {"short", "s", "ops", "percentunit", None}
MEMBERS = {"id", "type", "title", "description", "datasource", "gridPos", "fieldConfig", "targets"}


def test_metrics():
    """Every metric is on the dashboard, none that does not exist, and with labels that it has."""
    used = set()
    for expression in EXPRESSIONS:
        names = set(re.findall(r"ses_policy_(?:milter|quota)_\w+", expression))
        labels = {label for name in names for label in METRICS[name]} | {"instance"}
        named = set(re.findall(r"(\w+)(?:=~|!=|=)\"", expression))
        for group in re.findall(r"by \(([^)]*)\)", expression):
            named |= {label.strip() for label in group.split(",")}
        assert named <= labels, expression
        used |= names
    assert used == set(METRICS)


def test_legends():
    """A label in a legend is one that the query leaves."""
    for panel, target in TARGETS:
        groups = re.findall(r"(?:sum|max) (?:by \(([^)]*)\))?", target["expr"].replace("sum(", "sum ("))
        left = set.intersection(*({label.strip() for label in group.split(",")} for group in groups)) if groups else None
        for label in re.findall(r"{{\s*(\w+)\s*}}", target.get("legendFormat", "")):
            known = {label for name in re.findall(r"ses_policy_\w+", target["expr"]) for label in METRICS[name]} | {"instance"}
            assert label in known and (left is None or label in left), (panel["title"], target)


def test_variables():
    """Each that is used is defined, or Grafana's own; and the source of the data is one of them."""
    defined = {one["name"] for one in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps([PANELS, DASHBOARD["annotations"]])))
    assert used - set(BUILT_IN) == defined
    sources = [panel["datasource"] for panel in PANELS] + [one["datasource"] for one in DASHBOARD["annotations"]["list"]]
    assert all(source == {"type": "prometheus", "uid": "${datasource}"} for source in sources)
    for one in DASHBOARD["templating"]["list"]:
        if one["type"] == "query":
            assert re.fullmatch(r"label_values\((\w+), instance\)", one["query"]["query"]).group(1) in METRICS


def test_queries(tmp_path):
    """Prometheus reads them, with what Grafana puts in for the variables."""
    rules = []
    for number, expression in enumerate(EXPRESSIONS):
        for name, value in (BUILT_IN | {"instance": ".*"}).items():
            expression = expression.replace(f"${name}", value)
        assert "$" not in expression
        rules.append({"record": f"panel:{number}", "expr": expression})
    (tmp_path / "rules.json").write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    said = subprocess.run(["promtool", "check", "rules", str(tmp_path / "rules.json")], capture_output=True, text=True, check=False)
    assert said.returncode == 0 and f"{len(rules)} rules found" in said.stdout, said.stdout + said.stderr


@pytest.mark.parametrize("panel", PANELS, ids=[panel["title"] for panel in PANELS])
def test_panel(panel):
    assert MEMBERS <= set(panel) <= MEMBERS | {"transformations", "options"}
    assert panel["type"] in ("stat", "timeseries", "table") and panel["title"] and panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"].get("unit") in UNITS and panel["fieldConfig"]["overrides"] == []
    names = [target["refId"] for target in panel["targets"]]
    assert len(set(names)) == len(names) and all(re.fullmatch("[A-Z]", name) for name in names)
    place = panel["gridPos"]
    assert set(place) == {"x", "y", "w", "h"} and all(isinstance(n, int) for n in place.values())
    assert place["x"] >= 0 and place["y"] >= 0 and place["w"] > 0 and place["h"] > 0 and place["x"] + place["w"] <= COLUMNS


def test_no_panel_lies_on_another():
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    for one, other in itertools.combinations(PANELS, 2):
        a, b = one["gridPos"], other["gridPos"]
        apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"] or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert apart, f"{one['title']} and {other['title']}"
