<#
.SYNOPSIS
Runs the Pester suite against the module as it is built, and writes the result as NUnit XML.
.PARAMETER ManifestPath
The module to test: the one in the clone, or an installed copy.
.PARAMETER ResultPath
Where the result goes.
.PARAMETER Path
The test files; all if left out.
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
$run = Invoke-Pester -Configuration $configuration
foreach ($failed in $run.Failed) {
    "FAILED: $($failed.ExpandedPath)"
}
foreach ($failed in @($run.FailedContainers) + @($run.FailedBlocks)) {
    "FAILED: $failed"
}
exit ($run.Result -eq 'Passed' ? 0 : 1)
