# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to create, update and delete so that Grafana holds what is wanted. Pure: no I/O, the same input gives the same plan."""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL, QUERY, Correlation
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import ABSENT, IGNORED, PRESENT, URL_MISSING, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import MEMBERS, differing, text_of
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import Situation
from ansible_collections.crosslink.grafana.plugins.module_utils._words import as_sentence, listed

CREATE, UPDATE, DELETE = "create", "update", "delete"
EMPTY: dict[str, t.Any] = {"label": "", "description": "", "config.field": "", "config.target": {}, "config.transformations": []}


@dataclasses.dataclass(frozen=True)
class Rules:
    """How to plan. ``whole``: an entry describes everything, so what it leaves out is empty. ``prune``: ``none``, or which rows
    that nobody claims are removed: those of the entries' ``sources`` and ``prune_sources``, ``all``, or those whose data
    sources are gone (``dangling``)."""

    whole: bool = False
    on_duplicate: str = "fail"
    on_provisioned: str = "fail"
    prune: str = "none"
    prune_sources: t.Sequence[str] = ()
    max_deletions: int | None = None


@dataclasses.dataclass(frozen=True)
class Action:
    """One write. ``entry`` is None for a pruned row; ``row`` is None for a create, which has all of MEMBERS in ``members``;
    those of an update are the ones that change."""

    kind: str
    entry: Entry | None
    row: Correlation | None
    source: str
    target: str | None
    type: str
    members: t.Mapping[str, t.Any]
    uid: str | None = None  # of a create, where it may be chosen and was given

    @property
    def label(self) -> str:
        return self.row.label if self.row is not None else self.members["label"]


@dataclasses.dataclass
class Plan:
    """Writes in the order they are made, and what is left be. With any mistake nothing may be written."""

    actions: list[Action] = dataclasses.field(default_factory=list)
    mistakes: list[tuple[int, str]] = dataclasses.field(default_factory=list)  # with the entry's number, 0 for the list
    warnings: list[str] = dataclasses.field(default_factory=list)
    unchanged: list[Entry] = dataclasses.field(default_factory=list)
    ignored: list[Entry] = dataclasses.field(default_factory=list)
    skipped: list[tuple[Entry, Correlation | None]] = dataclasses.field(default_factory=list)
    rows: dict[int, Correlation] = dataclasses.field(default_factory=dict)  # entry number -> the row that is the entry's
    unproven: set[str] = dataclasses.field(default_factory=set)  # sources of entries for which no row was found

    def of_kind(self, kind: str) -> list[Action]:
        return [action for action in self.actions if action.kind == kind]


@dataclasses.dataclass(frozen=True)
class _Wish:
    """An entry with its data sources as UIDs. ``wanted`` is what its row should hold, of MEMBERS."""

    entry: Entry
    source: str | None
    target: str | None
    wanted: t.Mapping[str, t.Any]

    @property
    def field(self) -> str | None:
        return self.entry.given.get("config.field")

    @property
    def base(self) -> tuple[t.Any, ...]:
        return (self.source, self.entry.type, self.target, self.entry.label)

    @property
    def key(self) -> tuple[t.Any, ...]:
        return ("uid", self.entry.uid) if self.entry.uid is not None else (*self.base, self.field)


def said(entry: Entry | None, sentence: str) -> str:
    """A sentence with the entry's place in front."""
    return "%s: %s" % (entry.place, sentence) if entry is not None and entry.place else as_sentence(sentence).rstrip(".")


def make_plan(entries: t.Sequence[Entry], situation: Situation, rules: Rules) -> Plan:
    """Plan from checked entries and the rows that were read; all mistakes are found together."""
    planner = _Planner(situation, rules)
    wishes = [wish for wish in map(planner.wish, entries) if wish is not None]
    planner.find_contradictions(wishes)
    of_state = {state: [wish for wish in wishes if wish.entry.state == state] for state in (PRESENT, ABSENT, IGNORED)}
    for wish in of_state[IGNORED]:
        planner.ignore(wish)
    for wish in of_state[PRESENT]:
        if wish.entry.uid is not None:
            planner.by_uid(wish)
    planner.by_key([wish for wish in of_state[PRESENT] if wish.entry.uid is None])
    for wish in of_state[ABSENT]:
        planner.remove(wish)
    planner.prune()
    planner.check_deletions()
    order = (CREATE, UPDATE, DELETE)
    planner.plan.actions.sort(key=lambda action: order.index(action.kind))
    return planner.plan


class _Planner:
    def __init__(self, situation: Situation, rules: Rules) -> None:
        self.plan = Plan()
        self.situation = situation
        self.rules = rules
        self.rows = {row.uid: row for row in sorted(situation.rows, key=lambda row: (row.read_only is not True, row.uid))}
        self.by_base: dict[tuple[t.Any, ...], list[Correlation]] = {}
        for row in self.rows.values():
            self.by_base.setdefault(row.base, []).append(row)
        self.claimed: set[str] = set()
        self.ignored: dict[str, Entry] = {}  # uid -> the entry that wants the row left as it is
        self.pinned: dict[tuple[t.Any, ...], list[tuple[Entry, t.Mapping[str, t.Any]]]] = {}  # base -> what entries with a uid leave there
        self.scope = {situation.uid(given) for given in rules.prune_sources}

    def mistake(self, entry: Entry | None, sentence: str) -> None:
        self.plan.mistakes.append((entry.number if entry else 0, said(entry, sentence)))

    def warn(self, entry: Entry, sentence: str) -> None:
        self.plan.warnings.append(said(entry, sentence) + ".")

    # What is wanted

    def wish(self, entry: Entry) -> _Wish | None:
        """The entry with UIDs; None when there is nothing to do or a data source is missing."""
        uids = []
        missing = []
        for role, given in (("source", entry.source), ("target", entry.target)):
            uid = self.situation.uid(given)
            if given is not None and uid is None:
                missing.append("the %s data source '%s' does not exist%s" % (role, given, self.situation.near.get(given, "")))
            uids.append(uid)
        if uids[0] is not None:
            self.scope.add(uids[0])
        if missing and entry.state == PRESENT:
            self.mistake(entry, "; ".join(missing))
            return None
        if missing and entry.state == ABSENT:
            # No row can start at, or lead to, a data source that is not there; but a name like another one is rather a typo.
            if any(self.situation.near.get(given or "") for given in (entry.source, entry.target)):
                self.warn(entry, "there is nothing to remove, because %s" % " and ".join(missing))
            self.plan.unchanged.append(entry)
            return None
        if missing and entry.uid is None:
            self.plan.ignored.append(entry)
            self.warn(entry, "state ignored covers nothing, because %s" % " and ".join(missing))
            return None
        wanted = dict(entry.given)
        if self.rules.whole and entry.state == PRESENT:
            wanted = {**{name: EMPTY[name] for name in MEMBERS if name != "config.field"}, **wanted}
        return _Wish(entry, uids[0], uids[1], wanted)

    def find_contradictions(self, wishes: t.Sequence[_Wish]) -> None:
        first: dict[tuple[t.Any, ...], list[_Wish]] = {}
        for wish in wishes:
            earlier = first.setdefault(wish.key, [])
            for other in earlier:
                if other.entry.state != wish.entry.state:
                    sentence = "it contradicts %s, which has state %s for the same correlation; keep one"
                    self.mistake(wish.entry, sentence % (other.entry.place, other.entry.state))
                elif wish.entry.uid is not None:
                    self.mistake(wish.entry, "it has the same uid as %s; keep one" % other.entry.place)
                elif text_of(dict(other.wanted)) == text_of(dict(wish.wanted)):
                    self.mistake(wish.entry, "it is the same as %s; keep one" % other.entry.place)
                else:
                    continue
                break
            earlier.append(wish)
        # An ignored entry without config.field covers every field; what it leaves be cannot be managed beside it.
        for wish in wishes:
            covering = first.get((*wish.base, None), []) if wish.entry.uid is None and wish.field is not None else []
            for other in covering:
                if wish.entry.state == PRESENT and other.entry.state == IGNORED:
                    self.mistake(wish.entry, "%s, which has state ignored, covers it; keep one" % other.entry.place)

    # Entries to rows

    def by_uid(self, wish: _Wish) -> None:
        """An entry, to be present, that pins its row by uid."""
        entry = wish.entry
        row = self.rows.get(entry.uid or "")
        if row is not None and row.uid in self.ignored:
            self.mistake(entry, "%s, which has state ignored, covers it; keep one" % self.ignored[row.uid].place)
            return
        if row is not None:
            self.claimed.add(row.uid)
        if row is None and wish.source is not None:
            self.plan.unproven.add(wish.source)
        if row is None and self.situation.new_uids:
            if entry.uid in (".", ".."):
                self.mistake(entry, "uid is '%s', which no URL can carry" % entry.uid)
                return
            self.create(wish)
            return
        if row is None:
            where = " that starts at %s" % entry.source if entry.source is not None else ""
            self.mistake(
                entry,
                "there is no correlation with uid '%s'%s; leave uid out to add a new one (its source, target and type "
                "cannot change: to move it, add the new one and remove the old)" % (entry.uid, where),
            )
            return
        moved = [
            "%s is %s, not '%s'" % (name, "none" if has is None else "'%s'" % has, asked)
            for name, asked, has in (("source", wish.source, row.source), ("type", entry.type, row.type), ("target", wish.target, row.target))
            if asked is not None and asked != has
        ]
        if moved:
            self.mistake(
                entry,
                "of the correlation with uid '%s' the %s, and that cannot be changed in place: "
                "add the new one without uid, and remove the old with state: absent" % (entry.uid, " and the ".join(moved)),
            )
        else:
            self.settle(wish, row)

    def by_key(self, wishes: t.Sequence[_Wish]) -> None:
        """Present entries without uid; those without config.field take what the others leave."""
        groups: dict[tuple[t.Any, ...], list[_Wish]] = {}
        for wish in wishes:
            groups.setdefault(wish.key, []).append(wish)
        for key in sorted(groups, key=lambda key: key[-1] is None):
            self.match(groups[key])

    def fitting(self, wish: _Wish) -> list[Correlation]:
        """Unclaimed rows that fit the key."""
        return [row for row in self.covered(wish) if row.uid not in self.claimed]

    def covered(self, wish: _Wish) -> list[Correlation]:
        """All rows that fit the key, or that have the uid."""
        if wish.entry.uid is not None:
            return [self.rows[wish.entry.uid]] if wish.entry.uid in self.rows else []
        return [row for row in self.by_base.get(wish.base, ()) if wish.field in (None, row.members["config.field"])]

    def match(self, wishes: t.Sequence[_Wish]) -> None:
        """Match all entries of one key to rows: by content first, then one to one."""
        pruned = self.in_scope(wishes[0].source)
        free = {row.uid: row for row in self.fitting(wishes[0])}
        equal = [(wish, [row for row in free.values() if not differing(wish.wanted, row.members)]) for wish in wishes]
        matched: list[tuple[_Wish, Correlation, list[Correlation]]] = []
        unmatched = []
        # What few rows equal chooses first: an entry without the editor's members may equal the rows of one that gives them.
        for wish, rows in sorted(equal, key=lambda found: len(found[1])):
            row = next((row for row in rows if row.uid in free), None)
            if row is None:
                unmatched.append(wish)
            else:
                matched.append((wish, free.pop(row.uid), rows))
                self.settle(wish, row)
        for wish, row, rows in matched:
            others = [free.pop(other.uid) for other in rows if other.uid in free]
            if others and not pruned and len(self.alike([row, *others])) > 1:
                self.ambiguous(wish, [row, *others])
                return
            self.duplicates(wish, row, others)
        if not unmatched:
            return
        unmatched.sort(key=lambda wish: wish.entry.number)
        left = list(free.values())
        alike = self.alike(left) if not pruned else [[row] for row in sorted(left, key=lambda row: (row.read_only is True, row.uid))]
        if len(alike) > len(unmatched) and not pruned:
            self.ambiguous(unmatched[0], left)
            return
        if alike and (len(unmatched) > 1 or len(alike) > 1):
            places = listed([wish.entry.place or "the definition" for wish in unmatched])
            self.plan.warnings.append(
                "%s: several entries or correlations share one key and differ, so they were matched in the order of their uids; "
                "a config.field or label of its own tells each apart." % places
            )
        for wish, rows in itertools.zip_longest(unmatched, alike[: len(unmatched)], fillvalue=()):
            if rows:
                self.settle(wish, rows[0])
                self.duplicates(wish, rows[0], rows[1:])
            else:
                self.create(wish)

    @staticmethod
    def alike(rows: t.Sequence[Correlation]) -> list[list[Correlation]]:
        """The rows in groups that are equal in every member, in the order of their uids, read-only ones first."""
        groups: dict[str, list[Correlation]] = {}
        for row in rows:
            groups.setdefault(row.content(), []).append(row)
        return list(groups.values())

    def ambiguous(self, wish: _Wish, rows: t.Sequence[Correlation]) -> None:
        first = rows[0].members
        members = [name for name in MEMBERS if any(text_of(row.members[name]) != text_of(first[name]) for row in rows[1:])]
        self.mistake(
            wish.entry,
            "%d correlations fit it and differ in %s (uids %s): give config.field, or the uid of the one that is meant, or delete the others"
            % (len(rows), ", ".join(members), listed([row.uid for row in rows])),
        )

    def settle(self, wish: _Wish, row: Correlation) -> None:
        """The row is the entry's: compare, and update what differs."""
        self.claimed.add(row.uid)
        self.plan.rows[wish.entry.number] = row
        if wish.entry.uid is not None:
            self.pin(wish.entry, row, wish.wanted)
        changed = differing(wish.wanted, row.members)
        if not changed:
            self.plan.unchanged.append(wish.entry)
        elif self.is_writable(wish.entry, row, "differs in %s" % ", ".join(changed)):
            changes = {name: wish.wanted[name] for name in changed}
            if row.type == EXTERNAL and "config.target" in changes and not changes["config.target"].get("url"):
                self.mistake(wish.entry, URL_MISSING)
                return
            # Among rows that were missed there may be one that is equal already.
            self.plan.unproven.add(row.source)
            self.plan.actions.append(Action(UPDATE, wish.entry, row, row.source, row.target, row.type, changes))

    def pin(self, entry: Entry, row: Correlation, wanted: t.Mapping[str, t.Any]) -> None:
        """Remember what an entry with a uid leaves in Grafana, so that no other entry makes the same again."""
        members = {**row.members, **wanted}
        self.pinned.setdefault((row.source, row.type, row.target, members["label"]), []).append((entry, members))

    def duplicates(self, wish: _Wish, kept: Correlation, others: t.Sequence[Correlation]) -> None:
        """Rows that are equal to the kept one in every member."""
        if not others or self.in_scope(kept.source):
            return  # in the scope of prune they are leftovers
        if self.rules.on_duplicate == "fail":
            self.mistake(
                wish.entry,
                "%d correlations are equal to each other in everything (uids %s): delete all but one, or set on_duplicate: remove"
                % (len(others) + 1, listed([row.uid for row in (kept, *others)])),
            )
            return
        for row in others:
            self.claimed.add(row.uid)
            if self.is_writable(wish.entry, row, "is a duplicate of '%s'" % kept.uid):
                self.delete(wish.entry, row)

    def create(self, wish: _Wish) -> None:
        members = {**EMPTY, **wish.wanted}
        kind = wish.entry.type or QUERY
        self.plan.unproven.add(wish.source or "")
        for entry, pinned in self.pinned.get(wish.base, ()):
            if not differing(members, pinned):
                self.mistake(wish.entry, "it is the same as the correlation that %s gives by its uid; keep one" % entry.place)
                return
        if wish.entry.uid is not None:
            self.pinned.setdefault(wish.base, []).append((wish.entry, members))
        if wish.source is None or wish.entry.label is None or (kind == QUERY and wish.target is None):
            sentence = "there is no correlation with uid '%s', and a new one needs source, label, config.field and a target"
            self.mistake(wish.entry, sentence % wish.entry.uid)
        elif not members["config.field"]:
            self.mistake(wish.entry, "config.field is missing: a new correlation needs the field of the source's results that it starts from")
        elif kind == EXTERNAL and not members["config.target"].get("url"):
            self.mistake(wish.entry, URL_MISSING)
        elif wish.source in self.situation.closed:
            reason = "source '%s' is provisioned, and this version of Grafana lets nothing be added to it" % wish.source
            if self.rules.on_provisioned == "skip":
                self.skip(wish.entry, None, reason)
            else:
                self.mistake(wish.entry, reason + ": add the link to its provisioning file, or set on_provisioned: skip")
        else:
            self.plan.actions.append(Action(CREATE, wish.entry, None, wish.source, wish.target, kind, members, wish.entry.uid))

    def ignore(self, wish: _Wish) -> None:
        """Nobody touches the rows of this key or uid."""
        self.plan.ignored.append(wish.entry)
        covered = self.covered(wish)
        found = covered if wish.entry.uid is not None else self.fitting(wish)
        self.claimed.update(row.uid for row in found)
        self.ignored.update((row.uid, wish.entry) for row in found)
        if wish.entry.uid is not None:
            for row in found:
                self.pin(wish.entry, row, {})
        if not covered and self.rules.prune != "none":
            self.warn(wish.entry, "state ignored covers no correlation")

    def remove(self, wish: _Wish) -> None:
        """Delete the rows that fit everything given and that nobody claims."""
        entry = wish.entry
        found = fits = self.fitting(wish)
        if entry.uid is not None:
            fits = [
                row
                for row in found
                if wish.source in (None, row.source) and entry.type in (None, row.type) and wish.target in (None, row.target)
            ]
        doomed = [row for row in fits if not differing(wish.wanted, row.members)]
        spared = [row for row in found if row not in doomed and not self.in_scope(row.source)]
        if spared:
            uids = listed(["uid '%s'" % row.uid for row in spared])
            self.warn(entry, "left in place: %s, which is not what the definition describes; give only the key to remove it anyway" % uids)
        writable = [row for row in doomed if self.is_writable(entry, row, "is to be removed")]
        for row in writable:
            self.delete(entry, row)
        if not doomed:
            self.plan.unchanged.append(entry)
        if wish.source is not None:
            self.plan.unproven.add(wish.source)  # there may be more

    def is_writable(self, entry: Entry, row: Correlation, why: str) -> bool:
        """Whether the row may be changed; a provisioned one is a mistake, or is skipped."""
        if not row.read_only:
            return True
        by = "provisioned" if row.manager is None else "managed by '%s'" % row.manager
        what = "the correlation '%s' (uid '%s') is %s and %s" % (row.label, row.uid, by, why)
        if self.rules.on_provisioned == "skip":
            self.skip(entry, row, what)
        else:
            self.mistake(entry, what + ": change it where it is provisioned, or set on_provisioned: skip to leave it")
        return False

    def skip(self, entry: Entry, row: Correlation | None, reason: str) -> None:
        self.plan.skipped.append((entry, row))
        self.warn(entry, "skipped: %s" % reason)

    def delete(self, entry: Entry | None, row: Correlation) -> None:
        self.claimed.add(row.uid)
        self.plan.actions.append(Action(DELETE, entry, row, row.source, row.target, row.type, {}))

    # What nobody claims

    def in_scope(self, source: str | None) -> bool:
        """Whether prune removes leftovers that start here."""
        return self.rules.prune == "all" or (self.rules.prune == "sources" and source in self.scope)

    def prune(self) -> None:
        for given in self.rules.prune_sources:
            if self.situation.uid(given) is None:
                self.mistake(None, "the data source '%s' in prune_sources does not exist%s" % (given, self.situation.near.get(given, "")))
        if self.situation.old and self.rules.prune == "all":
            self.mistake(None, "prune: all is refused, because this version of Grafana shares correlations between organisations; use prune: sources")
        elif self.situation.old and self.rules.prune == "sources":
            self.plan.warnings.append(
                "This version of Grafana shares correlations between organisations that have data sources of the same UID; prune removes them for all."
            )
        for row in self.rows.values():
            dangling = self.rules.prune == "dangling" and not self.situation.gone.isdisjoint((row.source, row.target or ""))
            if row.uid not in self.claimed and not row.read_only and (dangling or self.in_scope(row.source)):
                self.delete(None, row)

    def check_deletions(self) -> None:
        count, most = len(self.plan.of_kind(DELETE)), self.rules.max_deletions
        # Beside other mistakes it says nothing: what a misspelt name means is not known.
        if most is not None and count > most and not self.plan.mistakes:
            sentence = "%d correlations would be deleted, more than max_deletions allows (%d): look at them with --check --diff and a larger max_deletions"
            self.mistake(None, sentence % (count, most))
