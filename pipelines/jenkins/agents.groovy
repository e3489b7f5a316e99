// Keeps the agents with a role or a token for the job of main, whatever a Jenkinsfile asks for: run it in the script console, or as a file of
// init.groovy.d. Plug-in: Job Restrictions. A new agent needs it again.
import com.synopsys.arc.jenkinsci.plugins.jobrestrictions.nodes.JobRestrictionProperty
import com.synopsys.arc.jenkinsci.plugins.jobrestrictions.restrictions.job.RegexNameRestriction
import jenkins.model.Jenkins

def kept = ['moodle-pipeline', 'moodle-updates']
def ofMain = '^moodle/deploy/main$'

Jenkins.get().nodes.findAll { node -> node.assignedLabels*.name.any { it in kept } }.each { node ->
  node.nodeProperties.removeAll(JobRestrictionProperty)
  // Whole names: `main` alone would be any folder's.
  node.nodeProperties.add(new JobRestrictionProperty(new RegexNameRestriction(ofMain, false)))
  node.save()
  println "${node.nodeName}: only ${ofMain}"
}
