"""A quarter of made-up work at two made-up practices, told in days from today. No patient, no real person."""

from __future__ import annotations

from typing import NamedTuple

from followthru.domain.people import RoleName


class MadeUpPractice(NamedTuple):
    """A practice of the sandbox."""

    slug: str
    name: str
    timezone: str
    holidays: str
    buffer_policy: str


class MadeUpPerson(NamedTuple):
    """A person of the sandbox in one role."""

    practice: str
    name: str
    email: str
    role: RoleName
    cadence: str | None = None
    address: str | None = None


class Step(NamedTuple):
    """Something that happens to a task: a verb, how many working days from today, and its words."""

    verb: str
    day: int
    words: str = ""


class Story(NamedTuple):
    """A task: the working day of its capture, its line (`{+5}` is a date in five working days), and what followed."""

    day: int
    line: str
    steps: tuple[Step, ...] = ()
    public: str = ""


class World(NamedTuple):
    """Practices, their people, and what happened there."""

    practices: tuple[MadeUpPractice, ...]
    people: tuple[MadeUpPerson, ...]
    stories: tuple[Story, ...]


PRACTICES = (
    MadeUpPractice("oak-street", "Oak Street Therapy", "America/Los_Angeles", "US-CA", "fixed:3"),
    MadeUpPractice("harbor", "Harbor Pediatrics", "America/New_York", "US-NY", "fixed:2"),
)

PEOPLE = (
    MadeUpPerson("oak-street", "Dana Reyes", "dana@oakstreet.example", RoleName.OWNER, "weekly:fri@16:00", "Dana"),
    MadeUpPerson("oak-street", "Marisol Vega", "marisol@oakstreet.example", RoleName.LEAD),
    MadeUpPerson("oak-street", "Priya Nair", "priya@oakstreet.example", RoleName.STAFF),
    MadeUpPerson("oak-street", "Jo Fields", "jo@clearbill.example", RoleName.VENDOR),
    MadeUpPerson("harbor", "Tom Okafor", "tom@harborpeds.example", RoleName.OWNER, "weekly:thu@15:00", "Dr. Okafor"),
    MadeUpPerson("harbor", "Lena Brandt", "lena@harborpeds.example", RoleName.LEAD),
    MadeUpPerson("harbor", "Sam Whitlock", "sam@harborpeds.example", RoleName.STAFF),
    MadeUpPerson("harbor", "Jo Fields", "jo@clearbill.example", RoleName.VENDOR),
)

STORIES = (
    # Six weeks back: what was promised and kept.
    Story(-30, "Send October billing numbers by {-24} to dana @oak-street #billing ~2d",
          (Step("start", -27), Step("done", -25)), "October billing numbers"),
    Story(-29, "Renew the general liability policy by {-15} to dana @oak-street #insurance !high",
          (Step("start", -22), Step("done", -17)), "General liability policy"),
    Story(-28, "Post the front desk job by {-22} to tom @harbor #hiring",
          (Step("start", -26), Step("done", -23)), "Front desk job posting"),
    Story(-26, "Fix the voicemail greeting after hours @oak-street +marisol #phones by {-21} to marisol",
          (Step("done", -22),)),
    Story(-25, "Book the fire extinguisher service @harbor #safety by {-12} to lena",
          (Step("start", -18), Step("done", -13))),
    Story(-24, "Collect flu clinic supplies quote @harbor by {-19} to tom",
          (Step("start", -21), Step("done", -20)), "Flu clinic supplies"),
    Story(-22, "Update the intake packet wording by {-10} to dana @oak-street #intake",
          (Step("start", -15), Step("promise", -11, "{-6} the lawyer asked for one more page"),
           Step("tell", -11, "dana"), Step("done", -7)), "Intake packet"),
    Story(-21, "Close the old fax line @oak-street #phones", (Step("done", -14),)),
    Story(-20, "Reconcile the September denials with Clearbill @oak-street #billing by {-8} to dana",
          (Step("start", -12), Step("done", -9)), "September denials"),
    Story(-18, "Rota for Thanksgiving week by {-9} to lena @harbor #rota", (Step("done", -10),), "Thanksgiving rota"),
    Story(-16, "Order new otoscope tips @harbor #supplies", (Step("done", -12),)),
    Story(-15, "Annual HIPAA training links to staff @oak-street by {-4} to marisol #compliance",
          (Step("start", -8), Step("done", -5)), "HIPAA training links"),
    # Under way: told, started, waiting, some in trouble.
    Story(-14, "Renew malpractice cover by {+18} to dana @oak-street #insurance !high ~5d",
          (Step("start", -3),), "Malpractice cover renewal"),
    Story(-13, "Credential Priya with Pacific Health Plan deadline {+30} by {+20} to dana @oak-street +priya #payers",
          (Step("start", -6), Step("wait", -2, "jo|the signed W-9|{+4}|{+1}")), "Priya's Pacific Health credentialing"),
    Story(-12, "Q3 denial report for the owners by {-2} to dana @oak-street #billing",
          (Step("start", -5),), "Q3 denial report"),
    Story(-11, "Replace the waiting room chairs by {+6} to tom @harbor #equipment ~8d",
          (Step("start", -4),), "Waiting room chairs"),
    Story(-10, "CAQH re-attestation for Dr. Okafor deadline {+12} by {+7} to tom @harbor #credentialing !high ~3d",
          (), "CAQH re-attestation"),
    Story(-10, "Vaccine fridge service contract by {+1} to lena @harbor #equipment ~3d",
          (Step("start", -7),), "Vaccine fridge service"),
    Story(-9, "Onboard the new front desk hire by {+9} to tom @harbor +lena #hiring ~3d",
          (Step("start", -1),), "Front desk onboarding"),
    Story(-8, "Phone tree for snow days by {+5} to lena @harbor #phones", (), "Snow day phone tree"),
    Story(-7, "Compare two clearing houses @oak-street #billing target {+6}", (Step("start", -2),)),
    Story(-7, "Lease renewal talk with the landlord deadline {+40} @oak-street !high by {+25} to dana ~8d",
          (), "Lease renewal"),
    Story(-6, "Numbers for the partners' meeting by {+0} to dana @oak-street #billing ~1d",
          (Step("start", -2),), "Numbers for the partners' meeting"),
    Story(-6, "Exit interview notes *private @harbor", ()),
    Story(-5, "Holiday closing sign and website banner by {+15} to marisol @oak-street #website",
          (), "Holiday closing notice"),
    Story(-5, "New badge for Sam @harbor by {+3} to sam", (Step("wait", -3, "sam|a photo|{+2}|{+0}"),), "Sam's badge"),
    Story(-4, "Ask Clearbill about the missing ERA files @oak-street #billing",
          (Step("wait", -4, "jo|the ERA files of 3 to 7 November|{+3}|{-1}"),)),
    Story(-4, "OSHA log walk-through by {+11} to lena @harbor #compliance", (), "OSHA walk-through"),
    Story(-3, "Telehealth consent form, Spanish version by {+10} to dana @oak-street #intake ~3d",
          (), "Spanish telehealth consent"),
    Story(-3, "Draft the 2027 budget sheet by {+22} to tom @harbor #budget ~5d", (), "2027 budget"),
    Story(-2, "Move the January rota to the new template by {+16} to lena @harbor #rota", (), "January rota"),
    Story(-2, "Check the copay signage @oak-street", ()),
    Story(-2, "Renew business licence deadline {+33} @harbor #licence by {+28} to tom ~5d", (), "Business licence"),
    Story(-1, "Prepare the staff review forms from {+5} by {+21} to dana @oak-street #people", (), "Review forms"),
    Story(-1, "Second monitor for the billing desk @harbor #equipment !low", ()),
    Story(-1, "Look into the parking complaint", ()),
    Story(0, "Thank-you cards for referring doctors", ()),
)  # fmt: skip

QUARTER = World(PRACTICES, PEOPLE, STORIES)
