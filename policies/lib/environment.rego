# METADATA
# title: Environments
# description: What rules ask about the steps of the promotion path.
package promocheck.lib.environment

# METADATA
# description: The names of the environments that are production.
production contains environment.name if {
	some environment in input.path
	environment.production
}

# METADATA
# description: The names of all environments on the promotion path, in lower case.
names contains lower(environment.name) if some environment in input.path
