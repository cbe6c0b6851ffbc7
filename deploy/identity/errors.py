"""What can go wrong while signing in; the sentences are in ``shared.edge.sentences.identity``."""

from shared.errors import Forbidden, Invalid, NotFound, Rejected, Unavailable


class SignInRefused(Forbidden, code="identity.sign_in_refused"):
    """Login and password do not belong together, or the account takes none now: which of them is nobody's business."""


class CodeWrong(Forbidden, code="identity.code_wrong"):
    """The six digits are not those of now, or were used already."""


class SignInExpired(Rejected, code="identity.sign_in_expired"):
    """It was begun too long ago, in another browser, or before the process was started anew."""


class PasswordTooShort(Invalid, code="identity.password_too_short"):
    """Fewer characters than a password needs."""


class PasswordTooLong(Invalid, code="identity.password_too_long"):
    """More than anybody types."""


class PasswordsDiffer(Invalid, code="identity.passwords_differ"):
    """What was typed twice is not the same."""


class LoginTaken(Rejected, code="identity.login_taken"):
    """Another person signs in with it, or the id is another person's."""


class LoginUnusable(Invalid, code="identity.login_unusable"):
    """Nobody could type it without doubt: no space, small letters, at most 200."""


class AccountUnknown(NotFound, code="identity.account_unknown"):
    """Nobody of that id."""


class InvitationOver(Rejected, code="identity.invitation_over"):
    """It was used, or its time is over."""


class NothingToDo(Forbidden, code="identity.no_membership"):
    """The person is known and has no role in any agency today."""


class MembershipUnknown(NotFound, code="identity.membership_unknown"):
    """Not one of this person's, or not today."""


class ProviderSilent(Unavailable, code="identity.provider_silent"):
    """The agency's own provider does not answer, or not as OpenID Connect says."""


class ProviderRefused(Forbidden, code="identity.provider_refused"):
    """The provider did not sign the person in."""
