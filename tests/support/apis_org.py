# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization whose correlations are those of the API ``/apis``."""

from __future__ import annotations

import typing as t

from tests.support.grafana import DataSource, Members, Org

GROUP = ("apis", "correlations.grafana.app", "v0alpha1")


class ApisOrg(Org):
    """As Org, with correlations set and read over ``/apis``, in the spelling of ``/api``."""

    def _ask(self, method: str, *name: str, body: t.Any = None, query: t.Any = None) -> t.Any:
        namespace = "default" if self.id == 1 else "org-%d" % self.id
        return self.grafana.ask(method, *GROUP, "namespaces", namespace, "correlations", *name, body=body, query=query)

    def _reference(self, source: DataSource) -> Members:
        return {"group": source.type, "name": source.uid}

    def add(
        self,
        source: DataSource | None = None,
        target: DataSource | None = None,
        label: str = "Logs to traces",
        type: str = "query",
        config: t.Mapping[str, t.Any] | None = None,
        **members: t.Any,
    ) -> str:
        spec: Members = {"type": type, "source": self._reference(source or self.loki), "label": label}
        spec["config"] = {"field": "message", "target": {}, **(config or {})}
        spec["config"].pop("type", None)
        if type == "query":
            spec["target"] = self._reference(target or self.tempo)
        if "description" in members:
            spec["description"] = members["description"]
        metadata: Members = {"generateName": "test-"}
        if members.get("provisioned"):
            metadata["annotations"] = {"grafana.app/managedBy": "classic-file-provisioning"}
        body = {"apiVersion": "/".join(GROUP[1:]), "kind": "Correlation", "metadata": metadata, "spec": spec}
        return str(self._ask("POST", body=body)["metadata"]["name"])

    def change(self, uid: str, source: DataSource | None = None, **members: t.Any) -> None:
        found = self._ask("GET", uid)
        config = {**found["spec"]["config"], **members.pop("config", {})}
        found["spec"].update(members, config=config)
        self._ask("PUT", uid, body=found)

    def drop(self, uid: str, source: DataSource | None = None) -> None:
        self._ask("DELETE", uid)

    def raw_rows(self) -> list[Members]:
        found: list[Members] = []
        query: Members = {"limit": 500}
        while True:
            page = self._ask("GET", query=query)
            found += [self._as_api(item) for item in page["items"]]
            if not page["metadata"].get("continue"):
                break
            query["continue"] = page["metadata"]["continue"]
        sources = {source.uid for source in self.data_sources}
        return [row for row in found if row["sourceUID"] in sources]

    @staticmethod
    def _as_api(item: t.Mapping[str, t.Any]) -> Members:
        spec = item["spec"]
        return {
            "uid": item["metadata"]["name"],
            "sourceUID": spec["source"]["name"],
            "targetUID": (spec.get("target") or {}).get("name"),
            "label": spec.get("label"),
            "description": spec.get("description"),
            "type": spec.get("type"),
            "config": spec.get("config"),
            "provisioned": "grafana.app/managedBy" in (item["metadata"].get("annotations") or {}),
        }
