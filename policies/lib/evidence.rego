# METADATA
# title: Evidence
# description: |
#   What an environment proves of a version: that it ran there. One that was only declared, in what was suspended or
#   scaled to zero with nothing to start it, proves nothing.
package promocheck.lib.evidence

import data.promocheck.lib.prose

# METADATA
# description: |
#   The environment has the version at base, and it runs there, or could at some time since it came: what is switched off
#   for a night takes nothing away.
holds(holding) if {
	holding.holds
	holding.runs
}

holds(holding) if {
	holding.holds
	is_string(holding.ran.seen)
	is_null(holding.ran.until)
}

# METADATA
# description: The environment comes to run the version by this same change.
gets(holding) if {
	holding.will_run
	not holds(holding)
}

# METADATA
# description: The environment ran the version at some time, as far as history tells.
ran(holding) if holding.ran.ever == true

# METADATA
# description: The environment has the version, or had it, or gets it, and nothing is known to have run it.
only_declared(holding) if {
	true in {holding.holds, holding.gets, holding.held == true}
	not holds(holding)
	not gets(holding)
	not ran(holding)
}

# METADATA
# description: Why nothing that has the version can run, as a clause.
idle(holding) := prose.enumerate_some(sort(holding.idle), 3)
