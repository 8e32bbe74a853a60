"""Addresses of outsourcing plans."""

from django.urls import path

from planning.views import plan_report, plans

PLAN = "<int:plan_id>"

urlpatterns = [
    path("", plans.plan_list, name="plan_list"),
    path("export/", plans.export_plans, name="export_plans"),
    path("new/", plans.create_plan, name="create_plan"),
    path(f"{PLAN}/", plans.plan_detail, name="plan_detail"),
    path(f"{PLAN}/edit/", plans.edit_plan, name="edit_plan"),
    path(f"{PLAN}/approve/", plans.approve_plan, name="approve_plan"),
    path(f"{PLAN}/revise/", plans.revise_plan, name="revise_plan"),
    path(f"{PLAN}/drop/", plans.drop_plan, name="drop_plan"),
    path(f"{PLAN}/verify/", plans.verify_plan, name="verify_plan"),
    path(f"{PLAN}/record/", plans.export_plan_record, name="export_plan_record"),
    path(f"{PLAN}/paper/", plan_report.plan_report, name="plan_report"),
    path(f"{PLAN}/paper/ask/", plan_report.ask_plan_report, name="ask_plan_report"),
    path(f"{PLAN}/paper/file/", plan_report.plan_report_file, name="plan_report_file"),
]
