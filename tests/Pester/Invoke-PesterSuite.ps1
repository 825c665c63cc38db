<#
.SYNOPSIS
Runs the Pester tests of the built module and writes the results as NUnit XML.
.PARAMETER ManifestPath
Specifies the manifest of the module to test. The default is the module in the repository.
.PARAMETER ResultPath
Specifies the file for the results.
.PARAMETER Path
Specifies the test files. By default, all tests run.
#>
param(
    [string] $ManifestPath = (Join-Path $PSScriptRoot '../../PSPairChat.psd1'),
    [string] $ResultPath = (Join-Path $PSScriptRoot '../../TestResults/Pester.xml'),
    [string[]] $Path = $PSScriptRoot
)
Import-Module Pester -MinimumVersion 5.0 -ErrorAction Stop
$null = New-Item -ItemType Directory -Force -Path (Split-Path $ResultPath)
$env:PSPAIRCHAT_MANIFEST = (Resolve-Path $ManifestPath).ProviderPath
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$configuration.TestResult.Enabled = $true
$configuration.TestResult.OutputPath = $ResultPath
# The tests use a configuration folder of their own, so that they do not change the keys of the user.
$configFolder = [IO.Directory]::CreateTempSubdirectory('pairchat-config-').FullName
$env:XDG_CONFIG_HOME = $configFolder
try { $run = Invoke-Pester -Configuration $configuration }
finally { Remove-Item $configFolder -Recurse }
foreach ($failed in $run.Failed) {
    "FAILED: $($failed.ExpandedPath)"
}
foreach ($failed in @($run.FailedContainers) + @($run.FailedBlocks)) {
    "FAILED: $failed"
}
exit ($run.Result -eq 'Passed' ? 0 : 1)
