"""Deliveries as the three trackers send them: body, headers and signature."""

import base64
import hashlib
import hmac
import json
from typing import Any

GITHUB_SECRET = "a-secret-that-only-github-knows"
GITLAB_TOKEN = "a-token-that-only-gitlab-knows"
JIRA_SECRET = "a-secret-that-only-jira-knows"
SIGNING_KEY = b"thirty-two-bytes-of-signing-key!"
SIGNING_SECRET = "whsec_" + base64.b64encode(SIGNING_KEY).decode()
SECRETS = {"github": [GITHUB_SECRET], "gitlab": [GITLAB_TOKEN, SIGNING_SECRET], "jira": [JIRA_SECRET]}

GITHUB = "https://github.example/harbor/api/issues/12"
GITLAB = "https://gitlab.example/harbor/billing/-/issues/23"
JIRA = "https://jira.example/browse/MSG-7"


def github_issue(action: str, state: str, at: str, **issue: Any) -> dict[str, Any]:
    """The parts of an `issues` event that anybody could go by."""
    number = GITHUB.rpartition("/")[2]
    return {
        "action": action,
        "issue": {
            "url": f"https://api.github.example/repos/harbor/api/issues/{number}",
            "html_url": GITHUB,
            "id": 3012345678,
            "node_id": "I_kwDOABCDEF6zkQ_O",
            "number": int(number),
            "title": "Webhook of WhatsApp drops media",
            "user": {"login": "mona", "id": 583231, "type": "User"},
            "state": state,
            "state_reason": "completed" if state == "closed" else None,
            "locked": False,
            "comments": 3,
            "created_at": "2026-10-01T08:00:00Z",
            "updated_at": at,
            "closed_at": at if state == "closed" else None,
            "body": "Images do not arrive.",
            **issue,
        },
        "repository": {"id": 1296269, "full_name": "harbor/api", "html_url": GITHUB[: -len("/issues/12")]},
        "sender": {"login": "mona", "id": 583231, "type": "User"},
    }


def github_pull(state: str, at: str, merged: bool) -> dict[str, Any]:
    return {
        "action": state,
        "number": 12,
        "pull_request": {
            "html_url": "https://github.example/harbor/api/pull/12",
            "number": 12,
            "state": state,
            "title": "Keep media",
            "updated_at": at,
            "merged": merged,
        },
        "sender": {"login": "hubot"},
    }


def gitlab_issue(action: str, state: str, at: str, **issue: Any) -> dict[str, Any]:
    return {
        "object_kind": "issue",
        "event_type": "issue",
        "user": {"id": 1, "name": "Ada Lind", "username": "ada", "email": "[REDACTED]"},
        "project": {
            "id": 1,
            "name": "Billing",
            "web_url": "https://gitlab.example/harbor/billing",
            "path_with_namespace": "harbor/billing",
        },
        "object_attributes": {
            "id": 301,
            "iid": 23,
            "title": "Invoices in EUR",
            "created_at": "2026-10-01 08:00:00 UTC",
            "updated_at": at,
            "moved_to_id": None,
            "state": state,
            "state_id": 2 if state == "closed" else 1,
            "url": GITLAB,
            "action": action,
            **issue,
        },
        "changes": {"state_id": {"previous": 1, "current": 2}},
    }


def jira_issue(event: str, category: str, status: str, at: str, **payload: Any) -> dict[str, Any]:
    return {
        "timestamp": 1793714531000,
        "webhookEvent": event,
        "issue_event_type_name": "issue_generic",
        "user": {"accountId": "5b10a2844c20165700ede21g", "displayName": "Ines Duarte", "active": True},
        "issue": {
            "id": "10073",
            "self": "https://jira.example/rest/api/2/10073",
            "key": "MSG-7",
            "fields": {
                "summary": "Number is registered",
                "updated": at,
                "status": {
                    "name": status,
                    "id": "10001",
                    "statusCategory": {"id": 3, "key": category, "name": status},
                },
            },
        },
        "changelog": {"id": "10124", "items": [{"field": "status", "toString": status}]},
        **payload,
    }


def encoded(payload: Any) -> bytes:
    return json.dumps(payload).encode()


def github(body: bytes, delivery: str, secret: str = GITHUB_SECRET) -> dict[str, str]:
    return {
        "X-GitHub-Event": "issues",
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={_hex(secret, body)}",
    }


def gitlab(delivery: str, token: str = GITLAB_TOKEN) -> dict[str, str]:
    return {
        "X-Gitlab-Event": "Issue Hook",
        "X-Gitlab-Event-UUID": "9d4e2f6c-event",
        "Idempotency-Key": delivery,
        "X-Gitlab-Token": token,
    }


def gitlab_signed(body: bytes, delivery: str, at: int, key: bytes = SIGNING_KEY) -> dict[str, str]:
    digest = hmac.digest(key, f"{delivery}.{at}.".encode() + body, "sha256")
    return {
        "X-Gitlab-Event": "Issue Hook",
        "Idempotency-Key": delivery,
        "webhook-id": delivery,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def jira(body: bytes, delivery: str, secret: str = JIRA_SECRET) -> dict[str, str]:
    return {
        "X-Atlassian-Webhook-Identifier": delivery,
        "X-Hub-Signature": f"sha256={_hex(secret, body)}",
    }


def _hex(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
