# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to create, update and delete so that Grafana holds what is wanted. Pure: no I/O, the same input gives the same plan."""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from ansible_collections.crosslink.grafana.plugins.module_utils._correlation import EXTERNAL, QUERY, Correlation, api_config
from ansible_collections.crosslink.grafana.plugins.module_utils._entry import ABSENT, IGNORED, PRESENT, URL_MISSING, Entry
from ansible_collections.crosslink.grafana.plugins.module_utils._equality import MEMBERS, ContentIndex, differing, text_of
from ansible_collections.crosslink.grafana.plugins.module_utils._grafana_state import Situation
from ansible_collections.crosslink.grafana.plugins.module_utils._size import too_long
from ansible_collections.crosslink.grafana.plugins.module_utils._words import as_sentence, listed, shortened

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


def said(place: str, sentence: str) -> str:
    """A sentence with the place of what it is about in front."""
    return "%s: %s" % (place, sentence) if place else as_sentence(sentence).rstrip(".")


def make_plan(entries: t.Sequence[Entry], situation: Situation, rules: Rules) -> Plan:
    """Plan from checked entries and the rows that were read; all mistakes are found together. Of wrong entries only the
    data sources are looked at."""
    may_delete = rules.prune != "none" or rules.on_duplicate == "remove" or any(entry.state == ABSENT for entry in entries)
    planner = _Planner(situation, rules, may_delete)
    wishes = [wish for wish in map(planner.wish, entries) if wish is not None and not wish.entry.is_wrong]
    of_state = planner.without_contradictions(wishes)
    for group in of_state[IGNORED]:
        planner.ignore(group)
    for group in of_state[PRESENT]:
        if group[0].entry.uid is not None:
            planner.by_uid(group[0])
    by_key = [group for group in of_state[PRESENT] if group[0].entry.uid is None]
    for group in sorted(by_key, key=lambda group: group[0].field is None):  # those without config.field take what the others leave
        planner.match(group)
    for group in of_state[ABSENT]:
        planner.remove(group)
    planner.prune()
    planner.check_deletions()
    order = (CREATE, UPDATE, DELETE)
    planner.plan.actions.sort(key=lambda action: order.index(action.kind))
    return planner.plan


class _Planner:
    """Ten thousand entries may share one key, as may rows; so nothing here compares each with each."""

    def __init__(self, situation: Situation, rules: Rules, may_delete: bool) -> None:
        self.plan = Plan()
        self.situation = situation
        self.rules = rules
        self.may_delete = may_delete
        self.rows = {row.uid: row for row in sorted(situation.rows, key=lambda row: (row.read_only is not True, row.uid))}
        self.rows_of: dict[tuple[t.Any, ...], list[Correlation]] = {}  # by base, and by base and config.field
        for row in self.rows.values():
            self.rows_of.setdefault((*row.base, None), []).append(row)
            self.rows_of.setdefault((*row.base, row.members["config.field"]), []).append(row)
        self.claimed: set[str] = set()
        self.ignored: dict[str, Entry] = {}  # uid -> the entry that wants the row left as it is
        self.pinned: dict[tuple[t.Any, ...], ContentIndex[Entry]] = {}  # base -> what entries with a uid leave there
        self.scope = {situation.uid(given) for given in rules.prune_sources}

    def mistake(self, entry: Entry | None, sentence: str) -> None:
        number, place = (entry.number, entry.place) if entry is not None else (0, "")
        self.plan.mistakes.append((number, said(place, sentence)))

    def warn(self, entry: Entry, sentence: str) -> None:
        self.plan.warnings.append(said(entry.place, sentence) + ".")

    def warn_all(self, wishes: t.Sequence[_Wish], sentence: str) -> None:
        """One warning for entries of one key."""
        self.plan.warnings.append(said(listed([wish.entry.place for wish in wishes]), sentence) + ".")

    # What is wanted

    def wish(self, entry: Entry) -> _Wish | None:
        """The entry with UIDs; None when there is nothing to do or a data source is missing."""
        source, target = self.situation.uid(entry.source), self.situation.uid(entry.target)
        missing = []
        for role, given, uid in (("source", entry.source, source), ("target", entry.target, target)):
            if given is not None and uid is None:
                missing.append(self.missing("the %s data source '%s'" % (role, given), given))
        if source is not None:
            self.scope.add(source)
        if missing and entry.state == PRESENT:
            self.mistake(entry, "; ".join(missing))
            return None
        if missing and entry.state == ABSENT:
            # No row can start at, or lead to, a data source that is not there; but a name like another one is rather a typo.
            if any(self.situation.near.get(given or "") for given in (entry.source, entry.target)):
                self.warn(entry, "there is nothing to remove, because %s" % " and ".join(missing))
            self.plan.unchanged.append(entry)
            return None
        if missing and self.may_delete:
            self.mistake(entry, "what state ignored is to protect is not known, because %s" % " and ".join(missing))
            return None
        if missing and entry.uid is None:
            self.plan.ignored.append(entry)
            self.warn(entry, "state ignored covers nothing, because %s" % " and ".join(missing))
            return None
        wanted = dict(entry.given)
        if self.rules.whole and entry.state == PRESENT:
            wanted = {**{name: EMPTY[name] for name in MEMBERS if name != "config.field"}, **wanted}
        return _Wish(entry, source, target, wanted)

    def missing(self, what: str, given: str) -> str:
        return "%s does not exist%s%s" % (what, self.situation.where, self.situation.near.get(given, ""))

    def without_contradictions(self, wishes: t.Sequence[_Wish]) -> dict[str, list[list[_Wish]]]:
        """Find entries that contradict others or repeat them; returns those that repeat none by state, in groups of one key."""
        groups: dict[tuple[t.Any, ...], list[_Wish]] = {}
        for wish in wishes:
            groups.setdefault(wish.key, []).append(wish)
        found: dict[str, list[list[_Wish]]] = {PRESENT: [], ABSENT: [], IGNORED: []}
        for group in groups.values():
            of_state: dict[str, list[_Wish]] = {}
            of_content: dict[tuple[str, str], Entry] = {}
            for wish in group:
                entry = wish.entry
                content = "" if entry.uid is not None or len(group) == 1 else text_of(dict(wish.wanted))
                first = of_content.setdefault((entry.state, content), entry)
                if first is entry:
                    of_state.setdefault(entry.state, []).append(wish)
                other = next((others[0].entry for state, others in of_state.items() if state != entry.state), None)
                if other is not None:
                    sentence = "it contradicts %s, which has state %s for the same correlation; keep one"
                    self.mistake(entry, sentence % (other.place, other.state))
                elif first is not entry:
                    sentence = "it is the same as %s; keep one" if entry.uid is None else "it has the same uid as %s; keep one"
                    self.mistake(entry, sentence % first.place)
            for state, alike in of_state.items():
                found[state].append(alike)
        # An ignored entry without config.field covers every field; what it leaves be cannot be managed beside it.
        covering = {group[0].base: group[0].entry for group in found[IGNORED] if group[0].entry.uid is None and group[0].field is None}
        for group in found[PRESENT] if covering else ():
            if group[0].base in covering and group[0].entry.uid is None and group[0].field is not None:
                for wish in group:
                    self.mistake(wish.entry, "%s, which has state ignored, covers it; keep one" % covering[wish.base].place)
        return found

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
            self.settle(wish, row, differing(wish.wanted, row.members))

    def fitting(self, wish: _Wish) -> list[Correlation]:
        """Unclaimed rows that fit the key."""
        return [row for row in self.covered(wish) if row.uid not in self.claimed]

    def covered(self, wish: _Wish) -> list[Correlation]:
        """All rows that fit the key, or that have the uid."""
        if wish.entry.uid is not None:
            return [self.rows[wish.entry.uid]] if wish.entry.uid in self.rows else []
        return self.rows_of.get(wish.key, [])

    @staticmethod
    def equal(wishes: t.Sequence[_Wish], rows: t.Sequence[Correlation]) -> list[tuple[_Wish, list[Correlation]]]:
        """Each wish with those of the rows that hold all that is wanted."""
        if len(wishes) == 1:
            return [(wishes[0], [row for row in rows if not differing(wishes[0].wanted, row.members)])]
        index: ContentIndex[Correlation] = ContentIndex()
        for row in rows:
            index.add(row, row.members)
        return [(wish, index.equal(wish.wanted)) for wish in wishes]

    def match(self, wishes: t.Sequence[_Wish]) -> None:
        """Match all entries of one key to rows: by content first, then one to one."""
        pruned = self.in_scope(wishes[0].source)
        fitting = self.fitting(wishes[0])
        free = {row.uid: row for row in fitting}
        matched: list[tuple[_Wish, Correlation, list[Correlation]]] = []
        unmatched = []
        # What few rows equal chooses first: an entry without the editor's members may equal the rows of one that gives them.
        for wish, rows in sorted(self.equal(wishes, fitting), key=lambda found: len(found[1])):
            row = next((row for row in rows if row.uid in free), None)
            if row is None:
                unmatched.append(wish)
            else:
                matched.append((wish, free.pop(row.uid), rows))
                self.settle(wish, row, [])
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
            self.warn_all(
                unmatched,
                "several entries or correlations share one key and differ, so they were matched in the order of their uids; "
                "a config.field or label of its own tells each apart",
            )
        for wish, rows in itertools.zip_longest(unmatched, alike[: len(unmatched)], fillvalue=()):
            if rows:
                self.settle(wish, rows[0], differing(wish.wanted, rows[0].members))
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
        held = [{**row.members, **{"config.%s" % name: value for name, value in row.unknown.items()}} for row in rows]
        names = [*MEMBERS, *sorted({name for members in held for name in members} - set(MEMBERS))]
        members = [name for name in names if len({text_of(members.get(name)) for members in held}) > 1]
        self.mistake(
            wish.entry,
            "%d correlations fit it and differ in %s (uids %s): give config.field, or the uid of the one that is meant, or delete the others"
            % (len(rows), ", ".join(members), listed([row.uid for row in rows])),
        )

    def settle(self, wish: _Wish, row: Correlation, changed: t.Sequence[str]) -> None:
        """The row is the entry's: update the members that are to change."""
        self.claimed.add(row.uid)
        self.plan.rows[wish.entry.number] = row
        if wish.entry.uid is not None:
            self.pin(wish.entry, row, wish.wanted)
        if not changed:
            self.plan.unchanged.append(wish.entry)
        elif self.is_writable(wish.entry, row, "differs in %s" % ", ".join(changed)):
            changes = {name: wish.wanted[name] for name in changed}
            if not self.is_short_enough(wish.entry, changes, {**row.members, **changes}, row.unknown):
                return
            if row.type == EXTERNAL and "config.target" in changes and not changes["config.target"].get("url"):
                self.mistake(wish.entry, URL_MISSING)
                return
            # Among rows that were missed there may be one that is equal already.
            self.plan.unproven.add(row.source)
            self.plan.actions.append(Action(UPDATE, wish.entry, row, row.source, row.target, row.type, changes))

    def is_short_enough(
        self, entry: Entry, changes: t.Mapping[str, t.Any], members: t.Mapping[str, t.Any], unknown: t.Mapping[str, t.Any]
    ) -> bool:
        """Whether Grafana keeps the members with these changes on every database; otherwise it is a mistake."""
        config = {}
        if any(name.startswith("config.") for name in changes):
            # Grafana writes config anew as a whole; up to 11.2 it has the type in it.
            config = {**api_config(members), **unknown, **({"type": QUERY} if self.situation.old else {})}
        sentence = too_long(changes.get("label", ""), changes.get("description", ""), config)
        if sentence is not None:
            self.mistake(entry, sentence)
        return sentence is None

    def pin(self, entry: Entry, row: Correlation, wanted: t.Mapping[str, t.Any]) -> None:
        """Remember what an entry with a uid leaves in Grafana, so that no other entry makes the same again."""
        members = {**row.members, **wanted}
        self.pinned.setdefault((row.source, row.type, row.target, members["label"]), ContentIndex()).add(entry, members)

    def duplicates(self, wish: _Wish, kept: Correlation, others: t.Sequence[Correlation]) -> None:
        """Rows that are equal to the kept one in every member that counts."""
        if not others or self.in_scope(kept.source):
            return  # in the scope of prune they are leftovers
        if self.rules.on_duplicate == "fail":
            sentence = "%d correlations are equal to each other in everything (uids %s): delete all but one, or set on_duplicate: remove"
            what: tuple[t.Any, ...] = (len(others) + 1, listed([row.uid for row in (kept, *others)]))
            if kept.read_only:
                # One to a URL may have a target there, which counts for nothing, so that they are not equal in everything.
                sentence = "the correlation '%s' (uid '%s') is provisioned and has duplicates (uids %s): delete these, or set on_duplicate: remove"
                what = (shortened(kept.label), kept.uid, listed([row.uid for row in others]))
            self.mistake(wish.entry, sentence % what)
            return
        for row in others:
            self.claimed.add(row.uid)
            if self.is_writable(wish.entry, row, "is a duplicate of '%s'" % kept.uid):
                self.delete(wish.entry, row)

    def create(self, wish: _Wish) -> None:
        members = {**EMPTY, **wish.wanted}
        kind = wish.entry.type or QUERY
        self.plan.unproven.add(wish.source or "")
        same = self.pinned[wish.base].equal(members) if wish.base in self.pinned else []
        if same:
            self.mistake(wish.entry, "it is the same as the correlation that %s gives by its uid; keep one" % same[0].place)
            return
        if wish.entry.uid is not None:
            self.pinned.setdefault(wish.base, ContentIndex()).add(wish.entry, members)
        if wish.source is None or wish.entry.label is None or (kind == QUERY and wish.target is None):
            sentence = "there is no correlation with uid '%s', and a new one needs source, label, config.field and a target"
            self.mistake(wish.entry, sentence % wish.entry.uid)
        elif refused := [self.situation.refused[uid] for uid in (wish.source, wish.target) if uid in self.situation.refused]:
            self.mistake(wish.entry, refused[0])
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
        elif self.is_short_enough(wish.entry, members, members, {}):
            self.plan.actions.append(Action(CREATE, wish.entry, None, wish.source, wish.target, kind, members, wish.entry.uid))

    def ignore(self, wishes: t.Sequence[_Wish]) -> None:
        """Nobody touches the rows of this key or uid."""
        entry = wishes[0].entry
        self.plan.ignored += [wish.entry for wish in wishes]
        covered = self.covered(wishes[0])
        found = covered if entry.uid is not None else self.fitting(wishes[0])
        self.claimed.update(row.uid for row in found)
        self.ignored.update((row.uid, entry) for row in found)
        if entry.uid is not None:
            for row in found:
                self.pin(entry, row, {})
        if not covered and self.rules.prune != "none":
            self.warn_all(wishes, "state ignored covers no correlation")

    def remove(self, wishes: t.Sequence[_Wish]) -> None:
        """Delete the rows that fit everything given of one of the entries, and that nobody claims."""
        found = self.fitting(wishes[0])
        doomed: set[str] = set()
        for wish, equal in self.equal(wishes, found):
            entry = wish.entry
            fits = [
                row
                for row in equal
                if row.uid not in doomed
                and wish.source in (None, row.source)
                and entry.type in (None, row.type)
                and wish.target in (None, row.target)
            ]
            doomed.update(row.uid for row in fits)
            for row in fits:
                if self.is_writable(entry, row, "is to be removed"):
                    self.delete(entry, row)
            if not fits:
                self.plan.unchanged.append(entry)
            if wish.source is not None:
                self.plan.unproven.add(wish.source)  # there may be more
        spared = [row for row in found if row.uid not in doomed and not self.in_scope(row.source)]
        if spared:
            uids = listed(["uid '%s'" % row.uid for row in spared])
            what = "the definition describes" if len(wishes) == 1 else "the definitions describe"
            self.warn_all(wishes, "left in place: %s, which is not what %s; give only the key to remove it anyway" % (uids, what))

    def is_writable(self, entry: Entry, row: Correlation, why: str) -> bool:
        """Whether the row may be changed; a provisioned one is a mistake, or is skipped."""
        if not row.read_only:
            return True
        by = "provisioned" if row.manager is None else "managed by '%s'" % row.manager
        what = "the correlation '%s' (uid '%s') is %s and %s" % (shortened(row.label), row.uid, by, why)
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
                self.mistake(None, self.missing("the data source '%s' in prune_sources" % given, given))
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
        doomed, most = [action.row for action in self.plan.of_kind(DELETE) if action.row is not None], self.rules.max_deletions
        # Beside other mistakes it says nothing: what a misspelt name means is not known.
        if most is not None and len(doomed) > most and not self.plan.mistakes:
            rows = listed(["'%s' (uid '%s')" % (shortened(row.label), row.uid) for row in doomed])
            sentence = (
                "%d correlations would be deleted, more than max_deletions allows (%d): "
                "look at them with --check --diff and a larger max_deletions; they are %s"
            )
            self.mistake(None, sentence % (len(doomed), most, rows))
