"""What a form asks for: the same acts as over the API, with key and effective time in fields of the form."""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping

from starlette.requests import Request

from shared.edge.asking import Ask, caller_of, commanded
from shared.edge.auth import Caller
from shared.edge.forms import CSRF, Form, form_of
from shared.edge.web.formats import VIETNAM, DayUnreadable
from shared.vocabulary import canonical, digest

KEY = "key"
EFFECTIVE = "effective_at"


async def asked(request: Request, admit: Callable[[Caller], None]) -> tuple[Ask, Form]:
    """Who sends a form, and what it says; sent twice it is the same act.

    Its key covers what it says, and where: a page has one for all its forms, and a browser that goes back shows them
    with it once more.

    Args:
        request: Of which nothing was read.
        admit: Refuses whoever may not; asked before anything of the form is looked at.

    Raises:
        NotSignedIn, AgencyUnknown, KeyMissing, FormUnreadable: See there.
        EffectiveTimeUnreadable, EffectiveTimeInFuture, DayUnreadable: See there.
    """
    admit(caller_of(request))
    form = await form_of(request)
    said = canonical({name: list(form.every(name)) for name in form.names() if name not in {CSRF, KEY}})
    key = form.get(KEY) and digest([form.get(KEY), request.url.path, said.decode()])
    return await commanded(request, key, said, _moment(form.get(EFFECTIVE))), form


def hidden(caller: Caller) -> Mapping[str, str]:
    """What every form carries without being seen."""
    return {CSRF: caller.csrf or "", KEY: secrets.token_urlsafe(16)}


def _moment(text: str) -> str | None:
    """A ``datetime-local`` field is of people's own time, which is Vietnam's."""
    if not text:
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM).isoformat()
    except ValueError as found:
        raise DayUnreadable(text=text[:40]) from found
