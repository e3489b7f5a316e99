// The jobs, for a seed job of the plug-in Job DSL that an administrator runs with the variables OWNER, REPOSITORY and CREDENTIALS:
// docs/pipelines.md. They share no folder, so no credentials and no agent. Further plug-ins: Folders, GitHub Branch Source, Remote
// Jenkinsfile Provider.

// What deploys: main and nothing else, by main's own Jenkinsfile. The folder has the credentials and variables.
folder('moodle')
multibranchPipelineJob('moodle/deploy') {
  branchSources {
    branchSource {
      source {
        github {
          id('moodle-deploy')
          repoOwner(OWNER)
          repository(REPOSITORY)
          repositoryUrl("https://github.com/${OWNER}/${REPOSITORY}.git")
          configuredByUrl(true)
          credentialsId(CREDENTIALS)
          traits {
            // All branches: main counts also while it is somebody's pull request.
            gitHubBranchDiscovery { strategyId(3) }
            headWildcardFilter {
              includes('main')
              excludes('')
            }
          }
        }
      }
    }
  }
  factory {
    workflowBranchProjectFactory { scriptPath('Jenkinsfile') }
  }
}

// Pull requests of branches and forks. Their tree is built, and main says how: a Jenkinsfile of their own is not read.
folder('moodle-pull-requests')
multibranchPipelineJob('moodle-pull-requests/test') {
  branchSources {
    branchSource {
      source {
        github {
          id('moodle-pull-requests')
          repoOwner(OWNER)
          repository(REPOSITORY)
          repositoryUrl("https://github.com/${OWNER}/${REPOSITORY}.git")
          configuredByUrl(true)
          credentialsId(CREDENTIALS)
          traits {
            gitHubPullRequestDiscovery { strategyId(1) }
            gitHubForkDiscovery {
              strategyId(1)
              trust { gitHubTrustNobody() }
            }
          }
        }
      }
    }
  }
  factory {
    remoteJenkinsFileWorkflowBranchProjectFactory {
      remoteJenkinsFile('Jenkinsfile')
      localMarker('')
      matchBranches(false)
      remoteJenkinsFileSCM {
        gitSCM {
          userRemoteConfigs {
            userRemoteConfig {
              name('')
              refspec('')
              url("https://github.com/${OWNER}/${REPOSITORY}.git")
              credentialsId(CREDENTIALS)
            }
          }
          branches {
            branchSpec { name('main') }
          }
          browser {}
          gitTool('')
        }
      }
    }
  }
}
