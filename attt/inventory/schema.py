"""What an inventory file may hold, key by key; `to_model` gives the frozen values of the program."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from attt.errors import Place
from attt.explain import UnfitError
from attt.inventory import forms
from attt.inventory.papers.schema import (
    AttestationEntry,
    DossierEntry,
    Id,
    MeasureEntry,
    PlanEntry,
    ScanApprovalEntry,
    Text,
)
from attt.inventory.templates.schema import InstanceEntry, TemplateEntry
from attt.message import Message
from attt.model import inventory as model
from attt.model.level import Level as LevelValue
from attt.schema import Level, Strict

_ID_SCHEMA = {"pattern": f"^{forms.ID_PATTERN}$"}
_SERVICE_SCHEMA = {"pattern": f"^(any|{forms.SERVICE_PATTERN})$"}

ZoneId = Annotated[str, AfterValidator(forms.zone_identifier), Field(json_schema_extra=_ID_SCHEMA)]
Address = Annotated[str, AfterValidator(forms.address)]
Cidr = Annotated[str, AfterValidator(forms.cidr)]
Service = Annotated[str, BeforeValidator(forms.service), Field(json_schema_extra=_SERVICE_SCHEMA)]
KeyReference = Annotated[str, AfterValidator(forms.key_reference)]
PasswordReference = Annotated[str, AfterValidator(forms.password_reference)]
Port = Annotated[int, Field(ge=1, le=forms.MAX_PORT)]
Count = Annotated[int, Field(ge=0)]


class OrganisationEntry(Strict):
    """A body with a role."""

    id: Id
    name: Text
    role: model.Role
    delegation: Text | None = None
    parent: Text | None = None
    contract: Text | None = None

    def to_model(self) -> model.Organisation:
        """The organisation."""
        return model.Organisation(**self.model_dump())


class SudoEntry(Strict):
    """How to become root; without a password `sudo -n` is used."""

    password: PasswordReference | None = None


class ConnectEntry(Strict):
    """How to log in; keys left out come from the zone, then from the file."""

    transport: model.TransportKind | None = None
    user: Text | None = None
    port: Port | None = None
    key: KeyReference | None = None
    passphrase: PasswordReference | None = None
    password: PasswordReference | None = None
    sudo: SudoEntry | None = None
    via: Text | None = None
    timeout_s: Annotated[int, Field(ge=1, le=3600)] | None = None

    def over(self, lower: "ConnectEntry") -> "ConnectEntry":
        """This entry laid over a more general one: what is written here wins, null included."""
        written = {name: getattr(self, name) for name in self.model_fields_set}
        return lower.model_copy(update=written)

    def to_model(self) -> model.Connect:
        """The login, with the program's defaults for what nobody wrote."""
        default = model.Connect()
        return model.Connect(
            transport=self.transport or default.transport,
            user=self.user or default.user,
            port=self.port or default.port,
            key=forms.secret(self.key),
            passphrase=forms.secret(self.passphrase),
            password=forms.secret(self.password),
            sudo_password=forms.secret(self.sudo.password if self.sudo else None),
            via=self.via,
            timeout_s=self.timeout_s or default.timeout_s,
        )


class ExposureEntry(Strict):
    """What may be reached in a zone, and from where."""

    from_: Annotated[str, Field(alias="from")]
    services: tuple[Service, ...]

    def to_model(self) -> model.Exposure:
        """The exposure."""
        return model.Exposure(
            from_=self.from_, services=tuple(forms.port_range(s) for s in self.services)
        )


class ZoneEntry(Strict):
    """A network zone."""

    id: ZoneId
    name: Text
    cidrs: Annotated[tuple[Cidr, ...], Field(min_length=1)]
    expose: tuple[ExposureEntry, ...] = ()
    connect: ConnectEntry | None = None

    def to_model(self, place: Place | None = None) -> model.Zone:
        """The zone."""
        return model.Zone(
            id=self.id,
            name=self.name,
            cidrs=self.cidrs,
            expose=tuple(e.to_model() for e in self.expose),
            place=place,
        )


class VantageEntry(Strict):
    """Where this controller stands."""

    zone: str


class HostEntry(Strict):
    """A machine; `transport` is short for `connect: {transport: …}`."""

    id: Id
    name: Text | None = None
    addresses: tuple[Address, ...] = ()
    zone: str | None = None
    transport: model.TransportKind | None = None
    reason: Text | None = None
    was: tuple[Id, ...] = ()
    connect: ConnectEntry | None = None

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        if self.transport and self.connect and self.connect.transport:
            raise UnfitError(
                Message("'transport' stands at the host and in its 'connect'"),
                hint=Message("Remove one of the two."),
            )
        return self

    def login(self, general: ConnectEntry) -> model.Connect:
        """How to log in, over what zone and file say."""
        merged = self.connect.over(general) if self.connect else general
        if self.transport:
            merged = merged.model_copy(update={"transport": self.transport})
        return merged.to_model()

    def to_model(self, connect: model.Connect, place: Place | None = None) -> model.Host:
        """The host, with its merged login."""
        is_local = connect.transport is model.TransportKind.LOCAL
        return model.Host(
            id=self.id,
            name=self.name or self.id,
            addresses=self.addresses or (("127.0.0.1",) if is_local else ()),
            zone=self.zone,
            connect=connect,
            was=self.was,
            reason=self.reason,
            place=place,
        )


class HostingEntry(Strict):
    """Where a system stands, with whom, under which contract."""

    kind: model.HostingKind = model.HostingKind.OWN
    at: Text | None = None
    contract: Text | None = None

    def to_model(self) -> model.Hosting:
        """The hosting."""
        return model.Hosting(**self.model_dump())


class PersonalDataEntry(Strict):
    """How many people's data a system holds (Decree 331/2026 art. 12, 13)."""

    basic: Count = 0
    sensitive: Count = 0


class ClassificationEntry(Strict):
    """The facts that decide a level (Decree 331/2026 art. 9, 11-15)."""

    serves: Literal["internal", "public", "infrastructure", "industrial", "other"] | None = None
    information: tuple[Literal["public", "private", "personal", "state_secret"], ...] = ()
    administrative_procedures: bool = False
    conditional_business: bool = False
    personal_data: PersonalDataEntry | None = None
    infrastructure: (
        Literal["one_organisation", "ministry", "sector", "province", "provinces", "nationwide"]
        | None
    ) = None
    state_secret_harm: Literal["harm", "serious", "especially_serious"] | None = None

    def to_model(self) -> dict[str, object]:
        """Only what was written, as plain data."""
        return self.model_dump(mode="json", exclude_unset=True)


class SystemEntry(Strict):
    """An information system with its level."""

    code: Id
    name: Text
    level: Level
    owner: str
    operator: str
    hosts: tuple[str, ...] = ()
    origin: model.SystemOrigin = model.SystemOrigin.PROVINCE
    hosting: HostingEntry = HostingEntry()
    classification: ClassificationEntry = ClassificationEntry()
    purpose: Text | None = None
    dossier: str | None = None
    security_unit: str | None = None
    assessor: str | None = None
    provider: str | None = None
    plan: tuple[PlanEntry, ...] = ()
    inherits: str | None = None
    state_secret: bool = False
    co_operators: tuple[str, ...] = ()

    def to_model(self, hosts: tuple[str, ...], place: Place | None = None) -> model.System:
        """The system; `hosts` are the ids that its references stand for."""
        apart = {"level", "hosts", "hosting", "classification", "plan", "inherits"}
        return model.System(
            **self.model_dump(exclude=apart),
            level=LevelValue(self.level),
            hosts=hosts,
            hosting=self.hosting.to_model(),
            classification=self.classification.to_model(),
            plan=tuple(line.to_model() for line in self.plan),
            inherits_from=self.inherits,
            place=place,
        )


class InventoryFile(Strict):
    """One inventory file; in a folder each file may hold any part of the whole."""

    organisations: tuple[OrganisationEntry, ...] = ()
    vantage: VantageEntry | None = None
    zones: tuple[ZoneEntry, ...] = ()
    scan_approvals: tuple[ScanApprovalEntry, ...] = ()
    systems: tuple[SystemEntry, ...] = ()
    dossiers: tuple[DossierEntry, ...] = ()
    hosts: tuple[HostEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    attestations: tuple[AttestationEntry, ...] = ()
    connect: ConnectEntry | None = None
    templates: tuple[TemplateEntry, ...] = ()
    instances: tuple[InstanceEntry, ...] = ()


def json_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of an inventory file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **InventoryFile.model_json_schema(),
        "title": "attt inventory",
    }
