# METADATA
# title: Production gets versions at once, or tries them less than before
# description: |
#   Another version comes to a Deployment of production that no Rollout of Argo (its own, or by `workloadRef`) and no Canary of Flagger
#   tries step by step: a canary with steps, or blue-green; of a DaemonSet that is asked where Flagger is used. Or what tries versions is
#   made weaker, goes away, or is for something else, with or without a version:
#   weights, steps, pauses, the word of a person, analyses, metrics and the failures that they allow, of Argo's Rollouts and
#   AnalysisTemplates and of Flagger's Canaries and MetricTemplates. What is left out counts as what it stands for. What cannot be
#   put in an order, such as another query or condition, is a warning. Off by default: any setting of it switches it on.
# custom:
#   severity: error
#   off: true
#   remediation: |
#     Have a Rollout or a Canary be for each workload of production, and leave its steps as they were. If less is meant, change them by
#     themselves, in a change that says why.
#   parameters:
#     manual:
#       type: boolean
#       default: false
#       description: Whether a person has to let each version go on, by a pause without an end, `autoPromotionEnabled` as false, or a web hook that confirms.
package promocheck.rules.progressive_delivery

import data.promocheck.lib.environment
import data.promocheck.lib.object as objects
import data.promocheck.lib.prose
import data.promocheck.lib.version

findings contains {
	"message": sprintf("%s in %s gets %s, and %s", [objects.name(trial), trial.environment, version.name(change.after), untried(trial)]),
	"change": change.id,
	"targets": trial.targets,
	"location": trial.location,
	"severity": "error",
} if {
	some trial in input.trials
	change := changes[trial.change]
}

changes := {change.id: change | some change in input.changes}

# Why nothing tries the version step by step.
untried(trial) := "no Rollout and no Canary is for it any more" if {
	is_given_up(trial)
} else := "no Rollout and no Canary is for it" if {
	trial.kind == "Deployment"
	count(trial.by) == 0
} else := "no Canary is for it" if {
	trial.kind == "DaemonSet"
	trial.flagger
	count(trial.by) == 0
} else := sprintf("%s gives it to all at once", [prose.enumerate(sort({objects.name(one) | some one in trial.by}), "and")]) if {
	count(trial.by) > 0
	every one in trial.by { one.at_once }
} else := sprintf("nobody has to let %s go on", [prose.enumerate(sort({objects.name(one) | some one in trial.by}), "and")]) if {
	count(trial.by) > 0
	input.config.rules["progressive-delivery"].manual
	every one in trial.by { not one.manual }
}

# What tried its versions goes away by the same change.
is_given_up(trial) if {
	trial.kind == "Deployment"
	count(trial.by) == 0
	some effect in input.effects
	effect.app == trial.app
	effect.environment == trial.environment
	some resource in effect.resources
	resource.change == "removed"
	was_for(resource, trial)
}

# A Deployment may come in the place of a Rollout.
was_for(resource, trial) if resource.traits.delivery.before.of in {sprintf("%s %s", [kind, trial.name]) | some kind in {trial.kind, "Rollout"}}

# That is told of the workload where it gets another version.
is_told_of_the_version(effect, resource) if {
	some trial in input.trials
	trial.app == effect.app
	trial.environment == effect.environment
	trial.kind == "Deployment"
	count(trial.by) == 0
	was_for(resource, trial)
	every target in effect.targets { target in trial.targets }
}

findings contains {
	"message": sprintf("%s in %s: %s", [objects.name(resource), effect.environment, prose.enumerate_some(sort(reasons), 4)]),
	"app": effect.app,
	"environment": effect.environment,
	"covers": {effect.id},
	"targets": effect.targets,
	"location": objects.location(effect),
	"severity": severity,
} if {
	some effect in input.effects
	effect.environment in environment.production
	some resource in effect.resources
	was := resource.traits.delivery.before
	is_object(was)
	some severity, reasons in {"error": weaker(effect, resource), "warning": unordered(resource)}
	count(reasons) > 0
}

weaker(effect, resource) := {"it goes away, and what it was for gets each version at once"} if {
	resource.change == "removed"
	remains(effect, resource)
	not is_told_of_the_version(effect, resource)
} else := union({ways(was, is), numbers(was, is), {sprintf("%s is taken out", [what]) | some what in was.has; not what in is.has}}) if {
	was := resource.traits.delivery.before
	is := resource.traits.delivery.after
	is_object(is)
} else := set()

# What a Rollout or Canary was for is deployed in another way, or stays what it is.
remains(_, resource) if resource.traits.delivery.before.way == "measure"

remains(effect, resource) if {
	[kind, name] := split(resource.traits.delivery.before.of, " ")
	kind != "Rollout"
	count([other | some other in effect.resources; other.kind == kind; other.name == name; other.change == "removed"]) == 0
}

remains(effect, resource) if {
	startswith(resource.traits.delivery.before.of, "Rollout ")
	some other in effect.resources
	other.kind in {"Deployment", "DaemonSet", "StatefulSet"}
	other.name == resource.name
	other.change != "removed"
}

ways(was, is) := {"all get a version at once"} if {
	was.way != "rolling"
	is.way == "rolling"
} else := {sprintf("it is for %s instead of %s", [is.of, was.of])} if {
	was.of != is.of
} else := {"nobody has to let it go on"} if {
	was.manual
	not is.manual
} else := set()

numbers(was, is) := {sprintf("%s is %s instead of %s", [what, number(is.more[what]), number(before)]) |
	was.way == is.way
	some what, before in was.more
	is.more[what] < before
} | {sprintf("%s is %s instead of %s", [what, number(is.less[what]), number(before)]) |
	was.way == is.way
	some what, before in was.less
	is.less[what] > before
}

# What has no bound stands as a number beyond all others.
number(value) := "without a bound" if {
	abs(value) >= 1000000000000
} else := sprintf("%v", [value])

unordered(resource) := {sprintf("%s is another", [what]) |
	some what, before in was.unknown
	is.unknown[what] != before
} | {sprintf("%s instead of %s", [is.way, was.way]) |
	was.way != is.way
	was.way != "rolling"
	is.way != "rolling"
} if {
	was := resource.traits.delivery.before
	is := resource.traits.delivery.after
	is_object(is)
} else := set()
