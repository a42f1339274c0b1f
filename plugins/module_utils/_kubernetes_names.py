# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and label values of correlations in Kubernetes style. Pure."""

from __future__ import annotations

import hashlib
import json
import re

from ansible_collections.crosslink.grafana.plugins.module_utils._api import NewCorrelation

# A valid value of a Kubernetes label; Grafana sets no other labels to select by.
LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\Z")
# Bytes of TYPE.UID: the limit of Kubernetes, and what Grafana 13 leaves of it, by its sources.
LONGEST_LABEL, LONGEST_LABEL_13 = 63, 57
LONGEST_SLUG = 24  # keeps a name within 40 characters, as Grafana's own names are


def name_of(new: NewCorrelation, number: int = 1) -> str:
    """The name of a new correlation, made from its key: the same for the same key, valid in Kubernetes, readable."""
    members = new.members
    key = json.dumps([new.source, members["config.field"], new.type, new.target, members["label"]])
    slug = re.sub(r"[^a-z0-9]+", "-", members["label"].lower())[:LONGEST_SLUG].strip("-") or "link"
    name = "%s-%s" % (slug, hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10])
    return name if number == 1 else "%s-%d" % (name, number)


def too_long_for_label(uid: str, type_: str | None, most: int) -> str | None:
    """A clause that says that no label can name the data source, because it has more than ``most`` bytes; else None."""
    label = "%s.%s" % (type_, uid)
    if type_ is None or len(label.encode()) <= most:
        return None
    return (
        "type and UID of a data source may have %d bytes together on /apis (%d from Grafana 13 on), "
        "but '%s' has %d: give the data source a shorter UID, or use api: legacy"
    ) % (LONGEST_LABEL, LONGEST_LABEL_13, label, len(label.encode()))
