"""Sessions and passwords: who is calling.

A session ends a fixed time after it was made, however busy it is; a wrong client address deletes it.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from otrs_bridge.sandbox.answers import JsonObject, Refused, given, text
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.records import ROOT_AGENT, Agent, SessionRow

SESSION_LIFE = timedelta(seconds=7200)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request to one operation: its data, the credentials among them, and where it came from."""

    operation: str
    data: JsonObject
    remote_address: str = "127.0.0.1"


def create_session(database: SandboxDatabase, call: Call) -> JsonObject:
    """Operation SessionCreate."""
    if not given(call.data.get("Password")):
        raise Refused("MissingParameter", "SessionCreate: Password parameter is missing!")
    agent = _by_password(database, call.data)
    if agent is None:
        raise Refused("AuthFail", "SessionCreate: Authorization failing!")
    session = SessionRow(
        session_id=secrets.token_hex(16),
        user_id=agent.user_id,
        remote_address=call.remote_address,
        created=database.now(),
    )
    database.sessions[session.session_id] = session
    return {"SessionID": session.session_id}


def authenticate(database: SandboxDatabase, call: Call) -> Agent | None:
    """Return the agent who calls. A session given, good or bad, makes login and password be ignored."""
    if given(call.data.get("SessionID")):
        return _by_session(database, text(call.data["SessionID"]), call.remote_address)
    return _by_password(database, call.data)


def has_credentials(call: Call) -> bool:
    """Whether the call names anybody at all."""
    return any(given(call.data.get(key)) for key in ("SessionID", "UserLogin", "CustomerUserLogin"))


def _by_password(database: SandboxDatabase, data: JsonObject) -> Agent | None:
    agent = database.agent_with_login(data.get("UserLogin"))
    if agent is None or not agent.valid or agent.password != text(data.get("Password")):
        return None
    if database.maintenance and agent.user_id != ROOT_AGENT:
        return None
    return agent


def _by_session(database: SandboxDatabase, session_id: str, remote_address: str) -> Agent | None:
    session = database.sessions.get(session_id)
    if session is None:
        return None
    expired = database.now() - session.created >= SESSION_LIFE
    if expired or session.remote_address != remote_address:
        del database.sessions[session_id]
        return None
    return database.agent(session.user_id)
