"""The wiring of this room."""

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from kechuang.office.ground import audit_triggers
from kechuang.office.ground.listings import listings
from kechuang.office.ground.slots import merge_rules


class GroundConfig(AppConfig):
    """What every room stands on: audit trail, jobs, files, notices, secrets, slots."""

    name = "kechuang.office.ground"
    label = "ground"
    verbose_name = _("底座")

    def ready(self) -> None:
        """Guard the audit trail in the database; it can be listed, exported and verified."""
        listings.fill(import_module("kechuang.office.ground.audit_lists").TRAIL)
        listings.fill(import_module("kechuang.office.ground.job_lists").JOBS)
        verifying = import_module("kechuang.office.ground.audit_verifying").VERIFYING
        kinds = import_module("kechuang.office.ground.jobs").kinds
        kinds.fill(verifying)
        kinds.fill(import_module("kechuang.office.ground.export_jobs").EXPORTING)
        import_module("kechuang.office.ground.daily").register()
        merge_rules.fill(import_module("kechuang.office.ground.merging").RULE)
        pre_migrate.connect(audit_triggers.before_migration, sender=self, dispatch_uid="audit")
        post_migrate.connect(audit_triggers.after_migration, sender=self, dispatch_uid="audit")
        register(Tags.database)(audit_triggers.check_triggers)
