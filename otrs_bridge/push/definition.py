"""The web service by which OTRS pushes: what an administrator imports, with all that would have to be put in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

INVOKER = "BridgeEvent"

# What the rules look at. A create tells of itself; what the bridge does not read (locks, owners, times) is not asked for.
EVENTS = (
    "TicketCreate",
    "TicketStateUpdate",
    "TicketPriorityUpdate",
    "TicketCustomerUpdate",
    "TicketTitleUpdate",
    "TicketQueueUpdate",
)
UNLOCKED = "TicketLockUpdate"
FOLLOW_UP = "ArticleCreate"

_HEAD = """\
# Import it in OTRS: Admin → Web Services → Add → Import web service, under the name OtrsBridgePush.
# It holds the secret by which OTRS comes: let nobody read this file, and delete it after the import.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PushService:
    """What differs from bridge to bridge.

    `address`: where OTRS reaches the bridge, without a path. `agent_id`: the number of the bridge's agent in OTRS.
    `fields`: names of the dynamic fields that the rules look at. `synchronous`: before the agent's page comes back, by
    OTRS's web server; otherwise by OTRS's daemon, within seconds. `on_unlock`: the bridge waits for agents' locks.
    """

    address: str
    path: str
    user: str
    password: str
    agent_id: int
    fields: Sequence[str] = ()
    synchronous: bool = False
    on_unlock: bool = False

    @property
    def text(self) -> str:
        """As OTRS imports it."""
        return _HEAD + yaml.safe_dump(self.definition, sort_keys=True)

    @property
    def definition(self) -> dict[str, Any]:
        """The same as a tree. `Test::TestSimple` is the one invoker that every version has: it sends the event's own data,
        17 to 1,250 bytes, and its answer changes nothing in OTRS.
        """
        events = [*EVENTS, *(f"TicketDynamicFieldUpdate_{name}" for name in self.fields), FOLLOW_UP]
        invoker = {
            "Description": "Tells the bridge that something happened to a ticket",
            "Events": [self._event(name) for name in [*events, *([UNLOCKED] if self.on_unlock else [])]],
            "MappingInbound": {},
            "MappingOutbound": {},
            "Type": "Test::TestSimple",
        }
        return {
            "Debugger": {"DebugThreshold": "error", "TestMode": "0"},
            "Description": "Tells otrs-bridge of new and changed tickets",
            "FrameworkVersion": "6.0.x",
            "Provider": {"Transport": {"Type": ""}},
            "RemoteSystem": "otrs-bridge",
            "Requester": {
                "ErrorHandling": {"Retry": _RETRY},
                "ErrorHandlingPriority": ["Retry"],
                "Invoker": {INVOKER: invoker},
                "Transport": {"Type": "HTTP::REST", "Config": self._transport()},
            },
        }

    def _event(self, name: str) -> dict[str, Any]:
        """Not where the bridge itself did it.

        Of an article its own author says so: the ticket's last change may still be the bridge's when a client writes.
        """
        author = "Article_CreateBy" if name == FOLLOW_UP else "ChangeBy"
        fields = {author: {"Match": f"^(?!{self.agent_id}$)[0-9]+$", "Type": "Regexp"}}
        condition = {"Condition": {"1": {"Fields": fields, "Type": "and"}}, "ConditionLinking": "and"}
        return {"Asynchronous": "0" if self.synchronous else "1", "Condition": condition, "Event": name}

    def _transport(self) -> dict[str, Any]:
        """No fixed headers: they do not arrive from OTRS CE 6.0. An agent waits for a synchronous one; not long."""
        return {
            "AdditionalHeaders": {},
            "Authentication": {
                "AuthType": "BasicAuth",
                "BasicAuthUser": self.user,
                "BasicAuthPassword": self.password,
            },
            "ContentType": "JSON",
            "DefaultCommand": "POST",
            "Host": self.address,
            "InvokerControllerMapping": {INVOKER: {"Command": "POST", "Controller": self.path}},
            "KeepAlive": "",
            "Timeout": "2" if self.synchronous else "5",
        }


# By OTRS's daemon, in both ways: 10 s later, 20 s, 40 s, …, for a day.
_RETRY = {
    "CommunicationFilter": None,
    "Description": "",
    "ErrorMessageContentFilter": "",
    "ErrorMessageSubjectFilter": "",
    "ErrorStageFilter": "",
    "ProcessingOrder": "1",
    "RetryCountMax": "20",
    "RetryIntervalFactor": "2",
    "RetryIntervalMax": "300",
    "RetryIntervalStart": "10",
    "RetryPeriodMax": "86400",
    "ScheduleRetry": "1",
    "StopAfterMatch": "0",
    "Type": "RequestRetry",
}
