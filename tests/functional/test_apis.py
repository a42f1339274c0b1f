# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is different on the API ``/apis``, and how it is chosen. Everything else is tested on both APIs alike."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.apis_org import ApisOrg
from tests.support.grafana import Grafana
from tests.support.modules import Host, Module
from tests.support.simulator import Simulator, Simulators

ENDPOINT = "/apis/correlations.grafana.app/v0alpha1"


class Scene:
    """A simulator with the API, an organization in it, and the modules that act on it."""

    def __init__(self, host: Host, simulator: Simulator, org: ApisOrg, api: str) -> None:
        self.host = host
        self.simulator = simulator
        self.org = org
        self.options = {
            "url": simulator.url,
            "url_username": "admin",
            "url_password": "admin",
            "org_id": org.id,
            "api": api,
        }

    def module(self, name: str) -> Module:
        return Module(self.host, name, self.options, self.simulator.state, self.simulator)

    @property
    def one(self) -> Module:
        return self.module("grafana_correlation")

    @property
    def many(self) -> Module:
        return self.module("grafana_correlations")

    @property
    def info(self) -> Module:
        return self.module("grafana_correlation_info")

    def paths(self) -> list[str]:
        return [item["path"].partition("?")[0] for item in self.simulator.counts().log]


@pytest.fixture
def scene(host: Host, simulators: Simulators, prefix: str) -> t.Callable[..., Scene]:
    """Starts a simulator with these arguments, and a scene that uses that value of the option api."""

    def make(*arguments: str, api: str = "apis") -> Scene:
        simulator = simulators.fresh("--generation", "12", *arguments)
        return Scene(host, simulator, ApisOrg(Grafana(simulator.url, "admin", "admin"), prefix, 12), api)

    return make


def test_the_name_is_made_from_the_key(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    assert at.one(**at.org.link(label="Größe: Logs & Traces")).changed
    name = at.org.only().uid
    assert name.startswith("gr-e-logs-traces-") and len(name) <= 40
    at.org.drop(name)
    at.one(**at.org.link(label="Größe: Logs & Traces"))
    assert at.org.only().uid == name, "the same key gives the same name"


def test_a_second_entry_of_one_key_gets_a_number(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    at.many(correlations=[at.org.link(description="a"), at.org.link(description="b")])
    first, second = sorted(row.uid for row in at.org.rows())
    assert second == first + "-2"


def test_a_name_that_another_run_has_just_made_is_the_one(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    at.one(**at.org.link())
    made = at.org.only()
    found = next(item for item in at.simulator.state()["objects"] if item["metadata"]["name"] == made.uid)
    at.org.drop(made.uid)
    again = {
        "metadata": {"name": made.uid, "namespace": found["metadata"]["namespace"]},
        "spec": {**found["spec"], "description": "theirs"},
    }
    at.simulator.fault("then_insert_rows", method="GET", path="correlations$", nth=[2], objects=[again])
    result = at.one.once(**at.org.link(description="ours"))
    assert result["correlation"]["uid"] == made.uid
    assert at.org.only().description == "ours"


def test_a_name_whose_correlation_has_another_label_now_is_passed_over(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    at.one(**at.org.link())
    name = at.org.only().uid
    at.org.change(name, label="Renamed by hand")
    at.one(**at.org.link())
    assert {row.uid: row.label for row in at.org.rows()} == {name: "Renamed by hand", name + "-2": "Logs to traces"}


def test_a_uid_that_is_not_there_is_created(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    at.one(**at.org.link(uid="my-own-name"))
    assert at.org.only().uid == "my-own-name"


def test_a_new_uid_needs_all_that_a_correlation_needs(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    result = at.one.refuses(uid="my-own-name", description="D")
    assert result.codes == ["correlation_not_found"]
    assert "uid 'my-own-name'" in result.msg and "source, label, config.field and a target" in result.msg


def test_a_uid_under_another_source_is_refused(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    uid = at.org.add()
    assert at.one.refuses(**at.org.link(uid=uid, source=at.org.prometheus.uid)).codes == ["immutable"]


@pytest.mark.parametrize("manager", ["terraform", "classic-file-provisioning"])
def test_any_manager_makes_it_read_only_and_is_named(scene: t.Callable[..., Scene], manager: str) -> None:
    at = scene("--apis", "unified")
    uid = at.org.add(config={"target": {"query": "${traceID}"}})
    item = at.org._ask("GET", uid)
    item["metadata"].setdefault("annotations", {})["grafana.app/managedBy"] = manager
    at.org._ask("PUT", uid, body=item)
    assert not at.one(**at.org.link()).changed
    result = at.one.refuses(**at.org.link(description="D"))
    assert result.codes == ["provisioned"] and "set on_provisioned: skip" in result.msg
    assert "'Logs to traces' (uid '%s') is managed by '%s' and differs in description" % (uid, manager) in result.msg
    assert at.one(**at.org.link(description="D", on_provisioned="skip")).warnings
    assert at.many(correlations=[], prune="sources", prune_sources=[at.org.loki.uid])["summary"]["deleted"] == 0
    assert at.org.only().uid == uid


def test_nulls_and_whole_targets(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    at.one(**at.org.link(config={"field": "f", "target": {"a": {"b": 1, "c": None}, "old": True}}))
    at.one(**at.org.link(config={"field": "f", "target": {"a": {"c": None}}}))
    assert at.org.only().query == {"a": {"c": None}}


def test_a_change_by_somebody_else_meanwhile_is_not_lost(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    at.one(**at.org.link(config={"field": "f", "target": {"q": 1}}))
    conflict = {
        "kind": "Status",
        "status": "Failure",
        "message": "the object has been modified",
        "reason": "Conflict",
        "code": 409,
    }
    at.simulator.fault("status", method="PATCH", nth=[1], status=409, body=conflict, content_type="application/json")
    at.one.once(**at.org.link(description="D", config={"field": "f", "target": {"q": 1}}))
    assert at.org.only().description == "D"


def test_a_correlation_with_the_label_of_an_older_type_is_found(scene: t.Callable[..., Scene]) -> None:
    """The selector by label does not show it; then all correlations are read."""
    at = scene("--apis", "unified")
    uid = at.org.add(config={"target": {"query": "${traceID}"}})
    item = at.org._ask("GET", uid)
    item["spec"]["source"]["group"] = "elasticsearch"
    at.org._ask("PUT", uid, body=item)
    assert not at.one(**at.org.link()).changed
    assert at.one(**at.org.link(state="absent"))["removed"] == [uid]


def _of_an_older_type(at: Scene, **members: t.Any) -> str:
    uid = at.org.add(**members)
    item = at.org._ask("GET", uid)
    item["spec"]["source"]["group"] = "elasticsearch"
    at.org._ask("PUT", uid, body=item)
    return uid


def test_correlations_of_an_older_type_count_before_another_is_changed(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    equal = _of_an_older_type(at, description="desired")
    differs = at.org.add(description="other")
    assert not at.one(**at.org.link(config={"field": "message"}, description="desired")).changed
    assert {row.uid: row.description for row in at.org.rows()} == {equal: "desired", differs: "other"}


def test_correlations_of_an_older_type_are_removed_too(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    uids = {_of_an_older_type(at), at.org.add()}
    assert set(at.one(state="absent", **at.org.link(config=None, target=at.org.tempo.name))["removed"]) == uids
    _of_an_older_type(at)
    assert at.one(state="absent", **at.org.link(config=None, target=at.org.tempo.name)).changed and at.org.rows() == []


def test_correlations_of_an_older_type_are_pruned(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    at.org.add()
    _of_an_older_type(at, label="left over")
    assert at.many(correlations=[at.org.link()], prune="sources")["summary"]["deleted"] == 1
    assert at.org.labels() == ["Logs to traces"]


def test_a_correlation_without_a_target_is_no_definition(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    uid = at.org.add()
    item = at.org._ask("GET", uid)
    del item["spec"]["target"]
    at.org._ask("PUT", uid, body=item)
    found = at.info.once()
    assert found["definitions"] == [] and found["correlations"][0]["dangling"] is True


def test_more_than_a_page(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    at.simulator.seed(prefix="many", sources=3, correlations=2500, org=at.org.id, store="objects")
    assert at.info.once()["count"] == 2500


def test_dangling_correlations_are_marked_and_can_be_pruned(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    kept, gone = at.org.add(), at.org.add(label="To metrics", target=at.org.prometheus)
    at.org.delete_data_source(at.org.prometheus)
    found = at.info.once()
    assert {row["uid"]: row.get("dangling", False) for row in found["correlations"]} == {kept: False, gone: True}
    assert [item["label"] for item in found["definitions"]] == ["Logs to traces"]
    result = at.many.refuses(correlations=[], prune="dangling")
    assert result.codes == ["prune_refused"]
    assert "every dangling correlation" in result.msg and "set max_deletions" in result.msg
    assert at.many(correlations=[], prune="dangling", max_deletions=1)["summary"]["deleted"] == 1
    assert [row.uid for row in at.org.rows()] == [kept]


def test_unknown_data_sources_are_refused_by_us(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified")
    assert at.one.refuses(**at.org.link(target="nope")).codes == ["data_source_not_found"]
    assert at.many.refuses(correlations=[at.org.link(source="nope")]).codes == ["data_source_not_found"]


@pytest.mark.parametrize("arguments", [(), ("--apis", "legacy")])
def test_apis_without_unified_storage_is_refused(scene: t.Callable[..., Scene], arguments: tuple[str, ...]) -> None:
    at = scene(*arguments)
    result = at.one.refuses(**at.org.link())
    assert result.codes == ["api_not_available"] and "Use api: legacy" in result.msg


def test_auto_uses_apis_where_api_is_gone(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "unified", "--no-legacy-api", api="auto")
    assert at.one(**at.org.link()).changed
    assert [row["uid"] for row in at.info.once()["correlations"]] == [at.org.only().uid]
    assert at.many(correlations=[], prune="sources", prune_sources=[at.org.loki.uid])["summary"]["deleted"] == 1
    assert at.org.rows() == []


def test_auto_does_not_use_a_broken_apis(scene: t.Callable[..., Scene]) -> None:
    at = scene("--apis", "legacy", "--no-legacy-api", api="auto")
    assert at.one.refuses(**at.org.link()).codes == ["endpoint_not_found"]


@pytest.mark.parametrize(("api", "asked", "warned"), [("auto", 1, 1), ("legacy", 0, 0)])
def test_auto_asks_once_which_store_explore_reads(
    scene: t.Callable[..., Scene], api: str, asked: int, warned: int
) -> None:
    at = scene("--apis", "unified", api=api)
    entries = [at.org.link(), at.org.link(label="other")]
    for run, changed in ((at.many.check, True), (at.many.once, True), (at.many.once, False)):
        at.simulator.reset_counts()
        result = run(correlations=entries)
        assert result.changed is changed
        assert at.paths().count(ENDPOINT) == asked
        assert [warning for warning in result.warnings if "set api: apis" in warning] == result.warnings and len(
            result.warnings
        ) == warned


def test_a_data_source_too_long_for_a_label_is_an_error_before_anything_is_written(
    scene: t.Callable[..., Scene],
) -> None:
    at = scene("--apis", "unified")
    long = at.org.add_data_source_as("u" * 40, "A long one", "grafana-opensearch-datasource")
    entries = [at.org.link(), at.org.link(source=long.name)]
    for result in (at.many.run(correlations=entries), at.many.run(correlations=entries, _ansible_check_mode=True)):
        assert result.failed and result.codes == ["data_source_refused"] and result["errors"][0]["position"] == 2
        for fact in ("63 bytes", "57 from Grafana 13", "has 70"):
            assert fact in result.msg
    assert at.org.rows() == []
    # The server itself refuses it too.
    assert at.one.run(**at.org.link(source=long.name))["status"] == 422
