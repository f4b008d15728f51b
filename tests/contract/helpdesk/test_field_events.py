"""What a history promises: who set which field to what, told apart and in order, by OTRS's own words."""

from __future__ import annotations

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.field_events import changed_after, overwritten, set_anew
from otrs_bridge.domain.ticket import Value
from otrs_bridge.words import Words
from tests.contract.helpdesk.scene import CLIENT, PLACEHOLDER, Scene

NEW: dict[str, Value] = {
    "title": "Отключение (Ф-15236) 2024",
    "queue": "Internet",
    "state": "open",
    "priority": "5 very high",
    "customer": CLIENT,
    "DynamicField_Address": "Олимпийский пр-т, д. 9, к. 2, кв. 4",
    "DynamicField_Category": ("billing", "tv"),
}
THEIRS: dict[str, Value] = {
    "title": "Другая",
    "queue": "Misc",
    "state": "closed successful",
    "priority": "1 very low",
    "customer": PLACEHOLDER,
    "DynamicField_Address": "Мира, 3",
    "DynamicField_Category": ("internet",),
}


def change(field: str, old: Value, new: Value) -> Change:
    return Change(rule="any", field=field, old=old, new=new, why=Words(ru="проба", en="a try"))


def test_every_kind_of_field_tells_who_set_it_between_reading_and_writing(scene: Scene) -> None:
    made = scene.new_ticket()
    (read,) = scene.bridge.read([made]).tickets
    scene.colleague.update(made, THEIRS, None)
    scene.bridge.update(made, NEW, None)
    events = scene.bridge.field_events([made])[made]
    taken = {name: overwritten(change(name, read.value_of(name), value), events) for name, value in NEW.items()}
    assert {
        name: event is not None and event.set_it_to(THEIRS[name]) for name, event in taken.items()
    } == dict.fromkeys(NEW, True)
    assert len({event.by for event in taken.values() if event}) == 1
    assert {changed_after(value, name, events) for name, value in NEW.items()} == {None}
    assert {name: changed_after(value, name, events) is not None for name, value in THEIRS.items()} == dict.fromkeys(
        NEW, True
    )


def test_what_nobody_touched_in_between_was_not_overwritten(scene: Scene) -> None:
    made, other = scene.new_ticket(), scene.new_ticket()
    scene.colleague.update(made, THEIRS, None)
    (read,) = scene.bridge.read([made]).tickets
    scene.bridge.update(made, NEW, None)
    found = scene.bridge.field_events([made, other])
    assert set(found) == {made, other}
    events = found[made]
    taken = {name: overwritten(change(name, read.value_of(name), value), events) for name, value in NEW.items()}
    assert taken == dict.fromkeys(NEW)


def test_who_set_once_more_what_the_bridge_had_written_is_known(scene: Scene) -> None:
    made = scene.new_ticket()
    (read,) = scene.bridge.read([made]).tickets
    scene.bridge.update(made, NEW, None)
    before = scene.bridge.field_events([made])[made]
    scene.colleague.update(made, THEIRS, None)
    scene.colleague.update(made, NEW, None)
    after = scene.bridge.field_events([made])[made]
    told = {
        name: tuple(set_anew(read.value_of(name), value, name, events) for events in (before, after))
        for name, value in NEW.items()
    }
    assert told == dict.fromkeys(NEW, (False, True))


def test_a_ticket_whose_history_is_not_shown_does_not_hide_the_others(scene: Scene) -> None:
    made = scene.new_ticket()
    assert set(scene.bridge.field_events([made, 99_999_999])) == {made}
    assert dict(scene.bridge.field_events([])) == {}
