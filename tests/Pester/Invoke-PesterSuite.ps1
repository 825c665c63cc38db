<#
.SYNOPSIS
Runs the Pester tests of the built module and writes the results as NUnit XML.
.PARAMETER Installed
Creates the package, and tests the module that is installed from it. By default, the module in the repository is tested.
.PARAMETER ResultPath
Specifies the file for the results.
.PARAMETER Path
Specifies the test files. By default, all tests run.
#>
param(
    [switch] $Installed,
    [string] $ResultPath = (Join-Path $PSScriptRoot '../../TestResults/Pester.xml'),
    [string[]] $Path = $PSScriptRoot
)
Import-Module Pester -MinimumVersion 5.0 -ErrorAction Stop
$root = (Resolve-Path "$PSScriptRoot/../..").ProviderPath
$manifest = Join-Path $root PSPairChat.psd1
$temporary = [IO.Directory]::CreateTempSubdirectory('pairchat-').FullName
try {
    if ($Installed) {
        # A new process, because the environment of the tests must not affect the build.
        $output = pwsh -NoProfile -NonInteractive -File (Join-Path $root build.ps1) Package 2>&1
        if ($LASTEXITCODE) { throw ($output -join "`n") }
        $version = (Import-PowerShellDataFile $manifest).ModuleVersion
        $module = Join-Path $temporary "Modules/PSPairChat/$version"
        $null = New-Item -ItemType Directory -Path (Split-Path $module)
        Copy-Item (Join-Path $root "artifacts/PSPairChat/$version") $module -Recurse
        $manifest = Join-Path $module PSPairChat.psd1
    }
    $env:PSPAIRCHAT_MANIFEST = $manifest
    # The tests use a configuration folder of their own, so that they do not change the keys of the user.
    $env:XDG_CONFIG_HOME = Join-Path $temporary config
    $null = New-Item -ItemType Directory -Force -Path $env:XDG_CONFIG_HOME, (Split-Path $ResultPath)
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $Path
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $configuration.Output.RenderMode = 'Plaintext'
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputPath = $ResultPath
    $run = Invoke-Pester -Configuration $configuration
}
finally {
    # On Windows, the files of a module that is loaded cannot be removed.
    Remove-Item $temporary -Recurse -Force -ErrorAction Ignore
}
foreach ($failed in $run.Failed) {
    "FAILED: $($failed.ExpandedPath)"
}
foreach ($failed in @($run.FailedContainers) + @($run.FailedBlocks)) {
    "FAILED: $failed"
}
exit ($run.Result -eq 'Passed' ? 0 : 1)
