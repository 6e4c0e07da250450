"""Settings of one machine: ``atm.toml``, then ``ATM_…`` variables. An unknown or impossible setting is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from atm_app.banking.money import MINOR_DIGITS
from atm_app.database_settings import DatabaseSettings
from atm_app.languages import LANGUAGES
from atm_app.settings_layers import laid_over, lines_of, unknown_variables
from atm_app.speech_ports import LOUDEST, SOFTEST, USUAL_VOLUME
from atm_app.watch_settings import AlertSettings, FleetAlertSettings, LogSettings, WatchSettings

# The name under which the limits of a customer under duress are kept, beside those of the policies.
DURESS = "duress"
Seconds = Annotated[float, Field(gt=0, le=600)]
# An ALSA or PulseAudio name; no option of a program begins like it.
DEVICE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_:,.=@-]{0,127}$"
Colour = Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")]


class Look(StrEnum):
    """How the screen is coloured."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


class ConfigurationProblem(Exception):
    """The settings cannot be used; one line for each thing that is wrong."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FaceSettings(_Section):
    """Euclidean distances of 128-number embeddings. 1:1 at 0.49, 1:N at 0.48 with a margin of 0.05. On 205 people,
    five gallery photographs each, 0.50 gave FAR 0.17 % and FRR 0.5 %, 0.45 gave 0.024 % and 3.4 %: 0.49 lies where
    both have room below 0.2 % and 2 %. The library's 0.60 takes 86 strangers in 100 for somebody in 1:N.
    ``gallery_limit``: above it the kiosk asks for the customer number and verifies 1:1.
    ``challenges``: blinks and turns asked for in one session; fewer are quicker, and a recording then fits by chance
    more often (docs/liveness.md)."""

    verify_distance: float = Field(0.49, gt=0, le=0.6)
    identify_distance: float = Field(0.48, gt=0, le=0.55)
    margin: float = Field(0.05, ge=0.02)
    gallery_limit: int = Field(10_000, ge=1)
    learns: bool = Field(True, description="a template moves a little towards the faces of its customer's visits")
    challenges: int = Field(4, ge=2, le=8)
    flash: bool = Field(True, description="the face must follow the screen's colours as well")
    patience: Seconds = 45.0


class PalmSettings(_Section):
    """``distance``: share of bits that may differ, from palms of tuning people (docs/testing.md). ``margin``: how much
    nearer than everybody else's a palm must be to say who comes. ``gallery_limit``: customers with a palm above whom
    the kiosk asks for the customer number and verifies 1:1. ``frames``: good ones of which the median counts."""

    distance: float = Field(0.325, gt=0, le=0.36)
    margin: float = Field(0.02, ge=0.01)
    gallery_limit: int = Field(50, ge=1)
    frames: int = Field(3, ge=1, le=9)
    patience: Seconds = 20.0


class FingerprintSettings(_Section):
    """``port``: of an R307: a serial device, ``usb:VVVV:PPPP[:serial number]``, or one that another machine shares
    (``socket://host:port``, ``rfc2217://host:port``); ``auto`` for its virtual sibling. ``threshold``: the sensor's
    score. ``stick``: the folder a memory stick with pictures of fingers or palms is mounted on, ``auto`` for a virtual
    one."""

    port: str = Field(
        "auto",
        pattern=r"^(auto|virtual|/\S+|usb:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}(:.+)?|(socket|rfc2217)://\S+:\d{1,5}(\?\S*)?)$",
    )
    threshold: int = Field(0, ge=0, description="0: the threshold measured for the sensor's family")
    stick: str = Field("auto", pattern=r"^(auto|virtual|/\S.*)$")
    patience: Seconds = 20.0


class PrinterSettings(_Section):
    """``port``: ``auto`` for the virtual printer, the device file of an ESC/POS printer (``/dev/usb/lp0``,
    ``/dev/ttyUSB0``), or ``host:port`` of one on the network. ``baud_rate``: of a serial one. ``answers``: false for
    a printer, or a cable, that never answers; a lack of paper is then not noticed before the money has moved."""

    port: str = Field("auto", pattern=r"^(auto|virtual|/\S+|[^\s:/]+:\d{1,5}|\[[0-9a-fA-F:.]+\]:\d{1,5})$")
    baud_rate: int = Field(38_400, ge=1200, le=921_600)
    answers: bool = True

    @field_validator("port")
    @classmethod
    def _possible_port(cls, port: str) -> str:
        number = port.rpartition(":")[2]
        if not port.startswith("/") and number.isdecimal() and not 1 <= int(number) <= 65_535:
            raise ValueError("a network port is 1 to 65535")
        return port


class SpeakerSettings(_Section):
    """``device``: ``auto`` for the virtual speaker, ``default``, or the ALSA or PulseAudio name of the headset jack.
    Balances are spoken: it must not be a loudspeaker that others hear."""

    device: str = Field("auto", pattern=DEVICE_PATTERN)


class SoundSettings(_Section):
    """``device``: of the loudspeaker before the machine, as a speaker's; no balance and nothing that was typed is to be
    told from a sound, so that everybody may hear it. ``volume``: SOFTEST to LOUDEST."""

    enabled: bool = True
    device: str = Field("auto", pattern=DEVICE_PATTERN)
    volume: int = Field(USUAL_VOLUME, ge=SOFTEST, le=LOUDEST)


class CodeSettings(_Section):
    """NIST SP 800-63B and ASVS: at most ten minutes, single use, few tries. ``channels``: where a code goes, the first
    that takes it; the next code of a visit begins with the next channel."""

    seconds: int = Field(300, ge=30, le=600)
    tries: int = Field(3, ge=1, le=5)
    channels: tuple[Literal["email", "sms"], ...] = Field(("email", "sms"), min_length=1)


class LockoutSettings(_Section):
    """Failures in a row until a credential locks, and for how long: the last delay repeats."""

    failures: int = Field(3, ge=1, le=5)
    delays: tuple[Annotated[int, Field(ge=1)], ...] = Field((60, 300, 1800, 86_400), min_length=1)


class MailSettings(_Section):
    """An SMTP server with TLS; without ``host`` the virtual server on loopback takes the messages."""

    host: str = ""
    port: int = 465
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = "atm@bank.example"


# Where the number goes in a gateway's URL.
PHONE_IN_URL = "{phone}"


class SmsSettings(_Section):
    """``url``: of a gateway as apprise writes it, with ``{phone}`` for the number; holds the gateway's password."""

    url: SecretStr = SecretStr("")

    @field_validator("url")
    @classmethod
    def _names_the_number(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and PHONE_IN_URL not in url.get_secret_value():
            raise ValueError(f"a gateway's URL says with {PHONE_IN_URL} where the number goes")
        return url


class StrangerSettings(_Section):
    """``count`` different faces turned away within ``window`` seconds slow the machine down: the next face is looked at
    after ``pause`` seconds, then after twice as many, up to ``longest_pause``."""

    count: int = Field(5, ge=2, le=100)
    window: Seconds = 600.0
    pause: Seconds = 5.0
    longest_pause: Seconds = 60.0


class SignUpSettings(_Section):
    """Whether people may open an account at the machine itself, and what account it is: its kind, and what its drawn
    number begins with."""

    enabled: bool = False
    account_kind: Literal["savings", "current", "wallet"] = "savings"
    account_prefix: str = Field("400", pattern=r"^[0-9]{0,6}$")
    account_digits: int = Field(11, ge=10, le=18)


class StaffSettings(_Section):
    """``idle_minutes``: until the console wants the password again. ``approval_minutes``: for which a second person's
    signature is good. ``supervisor_key``: the X11 keysym of the key, or of the switch behind the machine's door, that
    opens the console on the machine's screen; empty for none."""

    supervisor_key: str = Field("F10", pattern=r"^([A-Za-z0-9_]+)?$")
    idle_minutes: int = Field(5, ge=1, le=60)
    approval_minutes: int = Field(5, ge=1, le=30)


class TimeSettings(_Section):
    """Seconds. EN 301 549 and WCAG 2.2.1 ask for at least 20 s to answer "more time?"; the RBI for 30 s before notes
    left behind are taken back."""

    idle: Seconds = 60.0
    more_time: float = Field(20.0, ge=20.0, le=120.0)
    take_cash: Seconds = 30.0
    farewell: Seconds = 5.0
    locked: Seconds = 8.0


class ScreenSettings(_Section):
    """``look`` and ``large_text``: the machine's own; customers can choose high contrast and large text for their
    visit. ``pointer``: of a mouse, on the whole screen; ``auto`` hides it before a real camera. ``rest_after``: seconds
    of a welcome screen that nobody touches, after which it moves by a few pixels every minute. ``keypad_letters``: the
    machine's keypad sends the digits that stand above a keyboard's letters; they give letters as those of a block of
    digits do. ``motion``: screens slide in. ``diagonal``: of the panel, inches; 0: not told.
    Large text is the machine's own where buttons would be too small for fingers."""

    look: Look = Look.LIGHT
    large_text: bool = False
    pointer: Literal["auto", "shown", "hidden"] = "auto"
    rest_after: Seconds = 180.0
    keypad_letters: bool = False
    motion: bool = True
    diagonal: float = Field(0.0, ge=0.0, le=100.0)


class BrandSettings(_Section):
    """``name``: on the screen instead of ``bank``. ``logo``: an SVG or PNG file. ``primary``: the header,
    ``accent``: what leads on, both ``#rrggbb``; high contrast keeps its own."""

    name: str = Field("", max_length=60)
    logo: str = ""
    primary: Colour = ""
    accent: Colour = ""


class PrivacySettings(_Section):
    """``onlooker_warning``: the camera counts faces, about once a second, while money or secrets are on the screen. Off
    until the bank has decided it and a sign at the machine tells of it: whoever signs in without a face need not expect
    a camera to look. ``shuffle_pin``: the digits of the keys on the screen stand elsewhere in every visit, where a PIN
    is typed."""

    onlooker_warning: bool = False
    shuffle_pin: bool = False


class MovementLimit(_Section):
    """Whole major units for one movement and for a day; ``burst`` movements at once, then one in every
    ``period / burst`` seconds."""

    per_transaction: int = Field(gt=0)
    per_day: int = Field(gt=0)
    burst: int = Field(gt=0, le=1000)
    period: int = Field(gt=0, le=86_400)


class LimitSettings(_Section):
    """What a policy allows, by kind of movement; customers may narrow it for themselves."""

    withdrawal: MovementLimit = MovementLimit(per_transaction=20_000, per_day=50_000, burst=6, period=900)
    transfer: MovementLimit = MovementLimit(per_transaction=100_000, per_day=200_000, burst=10, period=3600)
    payment: MovementLimit = MovementLimit(per_transaction=50_000, per_day=100_000, burst=10, period=3600)
    cash_deposit: MovementLimit = MovementLimit(per_transaction=200_000, per_day=400_000, burst=10, period=3600)


class DuressLimitSettings(LimitSettings):
    """What a customer who signs in under duress may move: little enough to lose, enough to be believed. A kind that is
    not named stays as little."""

    withdrawal: MovementLimit = MovementLimit(per_transaction=2000, per_day=2000, burst=6, period=900)
    transfer: MovementLimit = MovementLimit(per_transaction=2000, per_day=2000, burst=10, period=3600)
    payment: MovementLimit = MovementLimit(per_transaction=2000, per_day=2000, burst=10, period=3600)


class FeeSettings(_Section):
    """What a movement costs the customer, in minor units."""

    transfer: int = Field(0, ge=0)
    payment: int = Field(0, ge=0)


class PolicySettings(_Section):
    """A policy of the bank's own. ``steps``: some of face, fingerprint, palm, pin, one_time_code, in their order;
    ``claims``: the customer number is typed first. The rest as ``identity/policy.py`` has it."""

    steps: tuple[str, ...] = Field(min_length=1)
    claims: bool = True
    pictures: tuple[str, ...] = ()
    at_once: bool = False
    face_before_each: bool = False


PolicyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class Settings(BaseSettings):
    """All settings; sections nest as ``ATM_FACE__MARGIN=0.06`` does in the environment."""

    model_config = SettingsConfigDict(env_prefix="ATM_", env_nested_delimiter="__", extra="forbid", frozen=True)

    # Longer ones have no room in the numbers of the accounts that are named after them: DIFFERENCES-NAME-INR.
    terminal: str = Field("ATM-0001", pattern=r"^[A-Z0-9-]{1,18}$")
    bank: str = "Sahyadri Bank"
    currency: str = "INR"
    languages: tuple[str, ...] = ("en", "hi", "mr")
    policy: str = "cardless"
    policies: dict[PolicyName, PolicySettings] = {}
    camera: str = "auto"
    quick_amounts: tuple[int, ...] = (500, 1000, 2000, 3000, 5000, 10_000)
    utc_offset: int = Field(330, ge=-720, le=840, description="minutes from UTC to the bank's wall clock: its days")
    country_code: str = Field("91", pattern=r"^[1-9][0-9]{0,2}$")
    limits: LimitSettings = LimitSettings()
    duress_limits: DuressLimitSettings = DuressLimitSettings()
    policy_limits: dict[str, LimitSettings] = Field({}, description="instead of limits, for the policies named")
    fees: FeeSettings = FeeSettings()
    step_up_above: int = Field(
        10_000, ge=0, description="whole currency units; above it, and to a new payee, a code of its own is asked for"
    )
    face: FaceSettings = FaceSettings()
    fingerprint: FingerprintSettings = FingerprintSettings()
    palm: PalmSettings = PalmSettings()
    printer: PrinterSettings = PrinterSettings()
    speaker: SpeakerSettings = SpeakerSettings()
    sound: SoundSettings = SoundSettings()
    code: CodeSettings = CodeSettings()
    lockout: LockoutSettings = LockoutSettings()
    mail: MailSettings = MailSettings()
    sms: SmsSettings = SmsSettings()
    alerts: AlertSettings = AlertSettings()
    fleet_alerts: FleetAlertSettings = FleetAlertSettings()
    watch: WatchSettings = WatchSettings()
    log: LogSettings = LogSettings()
    strangers: StrangerSettings = StrangerSettings()
    sign_up: SignUpSettings = SignUpSettings()
    staff: StaffSettings = StaffSettings()
    database: DatabaseSettings = DatabaseSettings()
    times: TimeSettings = TimeSettings()
    screen: ScreenSettings = ScreenSettings()
    brand: BrandSettings = BrandSettings()
    privacy: PrivacySettings = PrivacySettings()

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, currency: str) -> str:
        if currency not in MINOR_DIGITS:
            raise ValueError(f"currency is one of {', '.join(MINOR_DIGITS)}")
        return currency

    @model_validator(mode="after")
    def _known_languages(self) -> Settings:
        if not self.languages or set(self.languages) - set(LANGUAGES):
            raise ValueError(f"languages are some of {', '.join(LANGUAGES)}")
        return self

    def with_large_text(self) -> Settings:
        return self.model_copy(update={"screen": self.screen.model_copy(update={"large_text": True})})

    def with_virtual_devices(self) -> Settings:
        """For what is scripted: nobody stands before a real camera, and no real mail is sent."""
        return self.model_copy(
            update={
                "camera": "virtual", "policy": "cardless", "mail": MailSettings(), "sms": SmsSettings(),
                "database": DatabaseSettings(), "speaker": SpeakerSettings(), "sound": SoundSettings(),
                "fingerprint": self.fingerprint.model_copy(update={"port": "virtual"}),
            }
        )  # fmt: skip

    def limits_of(self, policy: str) -> LimitSettings:
        if policy == DURESS:
            return self.duress_limits
        return self.policy_limits.get(policy, self.limits)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment outranks the file, whose values come as arguments."""
        return env_settings, init_settings


def read_settings(
    text: str, environment: dict[str, str], published: Mapping[str, Any] | None = None, **command_line: Any
) -> Settings:
    """``text``: the contents of atm.toml; ``published``: what the centre of a fleet decided, over it. Raises
    ConfigurationProblem with every line that is wrong."""
    try:
        values = laid_over(tomllib.loads(text), published or {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationProblem(f"atm.toml is not valid TOML: {error}") from error
    if unknown := unknown_variables(environment, Settings.model_fields):
        raise ConfigurationProblem("\n".join(f"{name}: there is no such setting" for name in unknown))
    given = {name: value for name, value in command_line.items() if value is not None}
    try:
        settings = Settings(**values)
        return settings.model_copy(update=given)
    except SettingsError as error:  # a list in a variable that is no JSON
        raise ConfigurationProblem(f"{error}; lists are written as JSON, e.g. ATM_LANGUAGES='[\"en\"]'") from error
    except ValidationError as error:
        raise ConfigurationProblem("\n".join(lines_of(error))) from error


def settings_file(chosen: Path | None) -> Path | None:
    """``--config``, else ``atm.toml`` in the working folder, else none."""
    if chosen is not None:
        return chosen
    return Path("atm.toml") if Path("atm.toml").exists() else None
