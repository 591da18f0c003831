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
# description: How grave something is in an environment that is an error in production and a warning before it.
severity(name) := "error" if {
	name in production
} else := "warning"

# METADATA
# description: The environments that have another before them on the promotion path.
downstream contains environment.name if {
	some environment in input.path
	count(environment.upstream) > 0
}

# METADATA
# description: The names of all environments on the promotion path, in lower case.
names contains lower(environment.name) if some environment in input.path
