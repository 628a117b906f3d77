from __future__ import annotations

from statemachines.diagram import mermaid
from tests.support.synth import synthesized


def test_the_picture_shows_boxes_answers_and_caught_errors() -> None:
    definition = {
        "StartAt": "Take turn",
        "States": {
            "Take turn": {"Type": "Task", "Next": "Our turn?"},
            "Our turn?": {
                "Type": "Choice",
                "Choices": [
                    {"Condition": "{% $turn = 'TAKEN' %}", "Next": "Plan sync"},
                    {"Condition": "{% $states.context.x %}", "Next": "End"},
                ],
                "Default": "End",
            },
            "Plan sync": {"Type": "Task", "Next": "End", "Catch": [{"ErrorEquals": ["Conflict"], "Next": "Take turn"}]},
            "End": {"Type": "Succeed"},
        },
    }

    assert mermaid(definition) == (
        """flowchart TD
    start(( )) --> take_turn_
    take_turn_["Take turn"]
    our_turn_{"Our turn?"}
    plan_sync_["Plan sync"]
    end_(["End"])
    take_turn_ --> our_turn_
    our_turn_ -- "TAKEN" --> plan_sync_
    our_turn_ -- "$states.context.x" --> end_
    our_turn_ -- "otherwise" --> end_
    plan_sync_ --> end_
    plan_sync_ -. "Conflict" .-> take_turn_
"""
    )


def test_every_state_of_every_machine_is_in_its_picture() -> None:
    for definition in synthesized().definitions().values():
        picture = mermaid(definition)

        assert [name for name in definition["States"] if f'"{name}"' not in picture] == []
