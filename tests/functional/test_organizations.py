# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organization a run acts on: by number and by name, for users and for tokens."""

from __future__ import annotations

import typing as t

import pytest

from tests.functional.conftest import Backend, NewOrg
from tests.support.grafana import Org
from tests.support.modules import Module
from tests.support.simulator import Simulator

NOBODY = {"url_username": None, "url_password": None}


@pytest.fixture
def other(new_org: NewOrg, org: Org) -> Org:
    """A second organization of the same user."""
    return new_org()


# Users


def test_by_number(correlation: Module, org: Org, other: Org) -> None:
    assert correlation(org_id=other.id, **other.link())["org_id"] == other.id
    assert (org.rows(), other.only().label) == ([], "Logs to traces")


@pytest.mark.smoke
def test_by_name(correlation: Module, org: Org, other: Org) -> None:
    assert correlation(org_id=None, org_name=other.name, **other.link(source=other.loki.name))["org_id"] == other.id
    assert (org.rows(), other.only().label) == ([], "Logs to traces")
    assert correlation(state="absent", org_id=None, org_name=other.name, **other.link()).changed
    assert other.rows() == []


def test_by_the_environment(info: Module, org: Org, other: Org) -> None:
    other.add()
    result = info.once({"GRAFANA_ORG_ID": str(other.id)}, org_id=None)
    assert (result["count"], result["org_id"]) == (1, other.id)


def test_a_name_keeps_the_environment_out(info: Module, org: Org, other: Org) -> None:
    for wrong in (str(other.id), "999999", "rubbish"):
        assert info.once({"GRAFANA_ORG_ID": wrong}, org_id=None, org_name=org.name)["org_id"] == org.id


def test_a_number_keeps_the_environment_out(info: Module, org: Org, other: Org) -> None:
    for wrong in (str(other.id), "999999", "rubbish"):
        assert info.once({"GRAFANA_ORG_ID": wrong})["org_id"] == org.id


def test_the_user_is_never_switched(
    correlation: Module, correlations: Module, info: Module, org: Org, other: Org, backend: Backend
) -> None:
    before = backend.grafana.current_org()
    assert before not in (org.id, other.id)
    correlation(**org.link())
    correlation(org_id=None, org_name=other.name, **other.link())
    correlations(correlations=[other.link(label="New")], org_id=other.id)
    info.once(org_id=other.id)
    assert backend.grafana.current_org() == before


@pytest.mark.legacy_api
def test_the_header_goes_with_every_request(correlations: Module, org: Org, other: Org, counters: Simulator) -> None:
    counters.reset_counts()
    correlations.once(correlations=[other.link(source=other.loki.name)], org_id=None, org_name=other.name)
    log = [item for item in counters.counts().log if item["path"] != "/api/user/orgs"]
    assert len(log) >= 3 and {item["org_header"] for item in log} == {str(other.id)}
    assert all(item["authorization_present"] for item in counters.counts().log)


@pytest.mark.legacy_api
def test_without_an_organization_it_is_the_users_current_one(info: Module, org: Org, counters: Simulator) -> None:
    counters.reset_counts()
    info.once(org_id=None)
    assert {item["org_header"] for item in counters.counts().log} == {None}


def test_a_name_that_the_user_does_not_belong_to(correlation: Module, org: Org) -> None:
    result = correlation.refuses(org_id=None, org_name="Nobody's", **org.link())
    assert result.codes == ["organization_not_found"] and "'Nobody's'" in result.msg


def test_a_name_that_is_nearly_right(correlation: Module, org: Org) -> None:
    wrong = org.name.replace("Org", "Orgs")
    user, password = org.add_user("Admin")  # of no other organization whose name may come or go meanwhile
    result = correlation.refuses(url_username=user, url_password=password, org_id=None, org_name=wrong, **org.link())
    assert result.codes == ["organization_not_found"] and "'%s' (did you mean " % wrong in result.msg
    assert "'%s'" % org.name in result.msg


def test_a_name_needs_no_right_beyond_the_organization(correlation: Module, org: Org) -> None:
    """An Admin of the organization who is not an administrator of the server."""
    user, password = org.add_user("Admin")
    assert correlation(url_username=user, url_password=password, org_id=None, org_name=org.name, **org.link()).changed
    assert org.only().label == "Logs to traces"


@pytest.mark.legacy_api
def test_an_organization_that_there_is_not(correlation: Module, correlations: Module, info: Module, org: Org) -> None:
    """The server speaks of a permission; the organization is named first."""
    for module, options in ((correlation, org.link()), (correlations, {"correlations": [org.link()]}), (info, {})):
        result = module.refuses(org_id=999999, **options)
        assert result["status"] == 403 and result.codes == ["permission_denied"]
        assert ": organization 999999 does not exist, or" in result.msg and "datasources:read" in result.msg


@pytest.mark.legacy_api
def test_an_organization_that_the_user_does_not_belong_to(correlation: Module, org: Org, other: Org) -> None:
    user, password = org.add_user("Admin")
    result = correlation.refuses(url_username=user, url_password=password, org_id=other.id, **other.link())
    assert result.codes == ["permission_denied"] and ": organization %d does not exist, or" % other.id in result.msg
    assert other.rows() == []


@pytest.mark.any_server
@pytest.mark.parametrize("number", [0, -1])
def test_numbers_that_the_server_would_ignore(
    correlation: Module, correlations: Module, info: Module, org: Org, counters: Simulator, number: int
) -> None:
    """Grafana takes them for "the current organization"."""
    counters.reset_counts()
    for module, options in ((correlation, org.link()), (correlations, {"correlations": [org.link()]}), (info, {})):
        result = module.fails(org_id=number, **options)
        assert result.codes == ["invalid_value"] and "org_id is '%d'" % number in result.msg
    for text in (str(number), "x", "1.5", "١"):
        result = info.fails({"GRAFANA_ORG_ID": text}, org_id=None)
        assert result.codes == ["invalid_value"]
        assert "GRAFANA_ORG_ID in the environment is '%s'" % text in result.msg
    assert counters.counts().requests == 0


@pytest.mark.any_server
def test_number_and_name_together(info: Module, org: Org) -> None:
    result = info.fails(org_name=org.name)
    assert result.codes == ["contradiction"] and "org_id and org_name" in result.msg


@pytest.mark.any_server
@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name(info: Module, org: Org, name: str) -> None:
    result = info.fails(org_id=None, org_name=name)
    assert result.codes == ["empty_option"] and "leave org_name out" in result.msg


# Tokens


def test_a_token_of_the_right_organization(correlation: Module, org: Org) -> None:
    token = {**NOBODY, "token": org.add_token()}
    assert correlation(**token, **org.link())["org_id"] == org.id
    assert correlation(org_id=None, org_name=org.name, **token, description="new", **org.link())["org_id"] == org.id
    assert correlation(org_id=None, **token, state="absent", **org.link()).changed
    assert org.rows() == []


@pytest.mark.parametrize("how", ["org_id", "org_name", "environment", "header"])
def test_a_token_of_another_organization_is_refused_before_anything_else(
    correlation: Module, correlations: Module, info: Module, org: Org, other: Org, how: str
) -> None:
    """12.4 answers 401, which says little; 9.4 ignores what was asked for and acts on the token's own organization."""
    org.add(label="Of the token's own organization")
    options: dict[str, t.Any] = {**NOBODY, "token": org.add_token(), "org_id": None}
    environment = {"GRAFANA_ORG_ID": str(other.id)} if how == "environment" else {}
    options.update({"org_id": {"org_id": other.id}, "org_name": {"org_name": other.name}}.get(how, {}))
    if how == "header":
        options["http_headers"] = {"X-Grafana-Org-Id": str(other.id)}
    asked = "organization '%s'" % other.name if how == "org_name" else "organization %d" % other.id
    for module, more in (
        (correlation, {"state": "absent", **org.link(label="Of the token's own organization")}),
        (correlations, {"correlations": [org.link()], "prune": "sources"}),
        (info, {}),
    ):
        result = module.refuses(environment, **options, **more)
        if how == "header":
            # the header is sent with the look at the token's own organization too, and 12.4 refuses that
            assert "does not belong to the requested organization" in result.msg or result.codes == [
                "organization_not_found"
            ]
        else:
            assert result.codes == ["organization_not_found"]
            assert "organization %d (%s), not to %s" % (org.id, org.name, asked) in result.msg
    assert org.labels() == ["Of the token's own organization"] and other.rows() == []


def test_a_token_without_any_organization_acts_on_its_own(correlation: Module, org: Org, other: Org) -> None:
    assert correlation(**NOBODY, token=other.add_token(), org_id=None, **other.link()).changed
    assert org.rows() == [] and other.only().label == "Logs to traces"


# Where organizations share correlations


@pytest.mark.generation(9)
def test_a_correlation_of_a_shared_data_source_is_everybodys(correlation: Module, org: Org, other: Org) -> None:
    """Old servers; only said here so that nobody is surprised: the uid of a data source is what tells rows apart."""
    for source in (org.loki, org.tempo):
        other.add_data_source_as(source.uid, source.name, source.type)
    uid = org.add(description="mine")
    assert not correlation(org_id=other.id, **org.link(config={"field": "message"})).changed
    assert org.only().uid == uid
