<#
.SYNOPSIS
Builds, tests, analyses and packages PSPairChat.
.DESCRIPTION
With no task it builds, imports the module into this session and says how to begin: pwsh -NoExit -File build.ps1
.PARAMETER Task
Build: builds everything and lays the module's assemblies into PSPairChat/bin.
Test: builds and runs every test, Pester's too.
Help: brings the pages in docs/ up to the cmdlets' parameters, and compiles them into en-US/; it needs platyPS 0.14.
Analyze: checks the formatting of the C# sources, and the scripts with PSScriptAnalyzer.
Package: makes the module folder and the packages in artifacts/.
Clean: removes everything that was built.
.PARAMETER Configuration
Release or Debug.
.EXAMPLE
./build.ps1 Test
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The two lines that say how to begin are for the person at the prompt.')]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Help', 'Analyze', 'Package', 'Clean')]
    [string[]] $Task,

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release'
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
$root = $PSScriptRoot

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE) { throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE." }
}

function Invoke-Build {
    Invoke-DotNet build $root --configuration $Configuration --nologo --verbosity quiet
}

function Invoke-Test {
    Invoke-DotNet test $root --configuration $Configuration --nologo
}

function Invoke-Help {
    Invoke-Build
    Import-Module platyPS
    Import-Module (Join-Path $root 'PSPairChat.psd1') -Force
    $docs = Join-Path $root 'docs'
    $pages = foreach ($cmdlet in Get-Command -Module PSPairChat) {
        $page = Join-Path $docs "$cmdlet.md"
        if (Test-Path $page) { $null = Update-MarkdownHelp $page }
        else { $null = New-MarkdownHelp -Command $cmdlet.Name -OutputFolder $docs -OnlineVersionUrl $cmdlet.HelpUri }
        # platyPS knows every common parameter but the newest one.
        $text = [IO.File]::ReadAllText($page) -replace '\r' -replace ' \[-ProgressAction <ActionPreference>\]' -replace '(?s)### -ProgressAction\n.*?(?=### )'
        [IO.File]::WriteAllText($page, ($text -replace '(?m)[ \t]+$').TrimEnd() + "`n")
        $page
    }
    New-ExternalHelp $pages -OutputPath (Join-Path $root 'en-US') -Force
}

function Invoke-Analyze {
    Invoke-DotNet format $root --verify-no-changes
    Import-Module PSScriptAnalyzer
    $scripts = Get-ChildItem $root -Recurse -Include *.ps1, *.psd1, *.ps1xml |
        Where-Object FullName -NotMatch '[\\/](bin|obj|artifacts|TestResults|\.git)[\\/]'
    $findings = $scripts | ForEach-Object { Invoke-ScriptAnalyzer -Path $_.FullName -Settings (Join-Path $root 'PSScriptAnalyzerSettings.psd1') }
    if ($findings) {
        $findings | ForEach-Object { '{0}:{1} {2} {3}' -f $_.ScriptPath, $_.Line, $_.RuleName, $_.Message } | Write-Warning
        throw "PSScriptAnalyzer has $(@($findings).Count) findings."
    }
}

function Invoke-Package {
    $Configuration = 'Release'
    Invoke-Build
    $manifest = Import-PowerShellDataFile (Join-Path $root 'PSPairChat.psd1')
    $artifacts = Join-Path $root 'artifacts'
    $module = Join-Path $artifacts "PSPairChat/$($manifest.ModuleVersion)"
    if (Test-Path $artifacts) { Remove-Item $artifacts -Recurse }
    $null = New-Item -ItemType Directory -Force -Path $module
    foreach ($part in 'PSPairChat.psd1', 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'CHANGELOG.md', 'README.md', 'en-US', 'PSPairChat') {
        Copy-Item (Join-Path $root $part) -Destination $module -Recurse
    }
    Write-ModulePackage $manifest $module $artifacts
    Invoke-DotNet pack (Join-Path $root 'src/PSPairChat.Console') --configuration $Configuration --output $artifacts --nologo --verbosity quiet
    Get-Item $module, "$artifacts/*.nupkg"
}

function Write-ModulePackage {
    # The package as Publish-Module makes it and the gallery takes it: an archive of the module's files with a nuspec made of the manifest.
    param([hashtable] $Manifest, [string] $Module, [string] $Destination)
    $data = $Manifest.PrivateData.PSData
    $tags = @($data.Tags) + 'PSModule', 'PSIncludes_Cmdlet' + $Manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_" }) + $Manifest.CmdletsToExport.ForEach({ "PSCommand_$_" })
    $fields = [ordered] @{
        id = 'PSPairChat'; version = $Manifest.ModuleVersion; authors = $Manifest.Author; owners = $Manifest.CompanyName; requireLicenseAcceptance = 'false'
        licenseUrl = $data.LicenseUri; projectUrl = $data.ProjectUri; description = $Manifest.Description; releaseNotes = $data.ReleaseNotes
        copyright = $Manifest.Copyright; tags = $tags -join ' '
    }
    $elements = $fields.GetEnumerator().ForEach({ "    <$($_.Key)>$([Security.SecurityElement]::Escape($_.Value))</$($_.Key)>" })
    $work = Join-Path $Destination 'nuspec'
    $null = New-Item -ItemType Directory -Path $work
    Set-Content (Join-Path $work 'PSPairChat.nuspec') @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd">
  <metadata>
$($elements -join "`n")
  </metadata>
  <files>
    <file src="$([Security.SecurityElement]::Escape($Module))/**" />
  </files>
</package>
"@
    # dotnet packs projects only; this one has nothing but the nuspec.
    Set-Content (Join-Path $work 'PSPairChat.csproj') @'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <NuspecFile>PSPairChat.nuspec</NuspecFile>
    <NoBuild>true</NoBuild>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <!-- A module has no lib folder, and is not referred to by projects. -->
    <NoWarn>$(NoWarn);NU5100;NU5110;NU5111;NU5125;NU5128</NoWarn>
  </PropertyGroup>
</Project>
'@
    Invoke-DotNet pack $work --output $Destination --nologo --verbosity quiet
    Remove-Item $work -Recurse
}

function Invoke-Clean {
    Get-ChildItem $root -Recurse -Directory -Include bin, obj, artifacts, TestResults | Where-Object { Test-Path $_ } | Remove-Item -Recurse -Force
}

if ($Task) {
    foreach ($name in $Task) { & "Invoke-$name" }
    return
}
Invoke-Build
Import-Module (Join-Path $root 'PSPairChat.psd1') -Force -Global
Write-Host 'At one host:    Start-ChatServer -Port 54321 -Handle HostA -Interactive'
Write-Host 'At the other:   Connect-ChatServer -Host localhost -Port 54321 -Handle Chris -Interactive'
