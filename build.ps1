<#
.SYNOPSIS
Builds, tests, packages and installs PSPairChat.
.DESCRIPTION
Without a task, builds the solution, imports the module into the current session and displays two commands that start a conversation.
To keep the session open, run pwsh -NoExit -File build.ps1.
.NOTES
Syntax: build.ps1 [<Task>[, <Task>]...] [-Configuration Release|Debug]

Build: builds the solution and copies the assemblies of the module to PSPairChat/bin.
Test: runs all tests, including the Pester suite.
Help: updates the parameter sections of docs/*.md and compiles them to en-US. Requires platyPS 0.14.
Analyze: checks the format of the C# files, and analyzes the scripts with PSScriptAnalyzer.
Package: creates the module folder and the packages of module and tool in artifacts.
Install: creates the packages, installs the module for the current user and pairchat as a global .NET tool.
Uninstall: removes what Install has installed.
Mutate: tests the tests by mutation with dotnet-stryker. The report is in tests/Unit/StrykerOutput. A folder takes minutes to hours. The task fails below
a score of 75 %, or below the score in tests/Unit/mutation-tests.json, which lists the tests of each folder of Core.
Clean: deletes all build output.

The default configuration is Release. Package and Install always use Release. Mutate mutates the folder -Path of the project -Project (Core,
Terminal or Console); by default, all folders of Core.
.EXAMPLE
./build.ps1 Analyze, Test
.EXAMPLE
./build.ps1 Mutate -Path Rooms
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The closing lines are for interactive use.')]
param()

# pwsh -NoExit -File runs this script in the scope of the session: in a scope of their own, the variables and preferences do not remain there.
& {
    param(
        [Parameter(Position = 0)]
        [ValidateSet('Build', 'Test', 'Help', 'Analyze', 'Package', 'Install', 'Uninstall', 'Mutate', 'Clean')]
        [string[]] $Task,

        [ValidateSet('Core', 'Terminal', 'Console')]
        [string] $Project = 'Core',

        [string] $Path,

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
            if (Test-Path $page) { $null = Update-MarkdownHelp $page -AlphabeticParamsOrder }
            else { $null = New-MarkdownHelp -Command $cmdlet.Name -OutputFolder $docs -OnlineVersionUrl $cmdlet.HelpUri }
            # platyPS 0.14 does not recognize -ProgressAction as a common parameter.
            $text = [IO.File]::ReadAllText($page) -replace '\r' -replace ' \[-ProgressAction <ActionPreference>\]' -replace '(?s)### -ProgressAction\n.*?(?=### )'
            [IO.File]::WriteAllText($page, ($text -replace '(?m)[ \t]+$').TrimEnd() + "`n")
            $page
        }
        $compiled = New-ExternalHelp $pages -OutputPath (Join-Path $root 'en-US') -Force
        # Get-Help displays Markdown as it stands. Examples are not paragraphs.
        $text = [regex]::Replace([IO.File]::ReadAllText($compiled.FullName), '(?s)<maml:para>.*?</maml:para>', { $args[0].Value -replace '`([^`]+)`', '$1' -replace '\*\*([^*]+)\*\*', '$1' })
        [IO.File]::WriteAllText($compiled.FullName, $text)
        $compiled
    }

    function Invoke-Analyze {
        Invoke-DotNet format $root --verify-no-changes
        Import-Module PSScriptAnalyzer
        $scripts = Get-ChildItem $root -Recurse -Include *.ps1, *.psd1, *.ps1xml |
            Where-Object FullName -NotMatch '[\\/](bin|obj|artifacts|TestResults|StrykerOutput|\.git)[\\/]'
        $findings = $scripts | ForEach-Object { Invoke-ScriptAnalyzer -Path $_.FullName -Settings (Join-Path $root 'PSScriptAnalyzerSettings.psd1') }
        if ($findings) {
            $findings | ForEach-Object { '{0}:{1} {2} {3}' -f $_.ScriptPath, $_.Line, $_.RuleName, $_.Message } | Write-Warning
            throw "PSScriptAnalyzer reported $(@($findings).Count) findings."
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
        # Creates the same package as Publish-PSResource: the files of the module, and a nuspec with the metadata of the manifest.
        param([hashtable] $Manifest, [string] $Module, [string] $Destination)
        $data = $Manifest.PrivateData.PSData
        $tags = @($data.Tags) + 'PSModule', 'PSIncludes_Cmdlet' + $Manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_" }) + $Manifest.CmdletsToExport.ForEach({ "PSCommand_$_" })
        $fields = [ordered] @{
            id = 'PSPairChat'; version = $Manifest.ModuleVersion; authors = $Manifest.Author; owners = $Manifest.CompanyName; requireLicenseAcceptance = 'false'
            licenseUrl = $data.LicenseUri; projectUrl = $data.ProjectUri; description = $Manifest.Description; releaseNotes = $data.ReleaseNotes
            copyright = $Manifest.Copyright; tags = $tags -join ' '
        }
        $elements = $fields.GetEnumerator().ForEach({ "    <$($_.Key)>$([Security.SecurityElement]::Escape($_.Value))</$($_.Key)>" })
        $project = Join-Path $Destination 'nuspec'
        $null = New-Item -ItemType Directory -Path $project
        Set-Content (Join-Path $project 'PSPairChat.nuspec') @"
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
        # dotnet pack requires a project file.
        Set-Content (Join-Path $project 'PSPairChat.csproj') @'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <NuspecFile>PSPairChat.nuspec</NuspecFile>
    <NoBuild>true</NoBuild>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <!-- These warnings concern packages that projects reference. -->
    <NoWarn>$(NoWarn);NU5100;NU5110;NU5111;NU5125;NU5128</NoWarn>
  </PropertyGroup>
</Project>
'@
        Invoke-DotNet pack $project --output $Destination --nologo --verbosity quiet
        Remove-Item $project -Recurse
    }

    function Uninstall-Tool {
        $installed = dotnet tool list --global PSPairChat.Console
        if ($installed -match '^pspairchat\.console ') { Invoke-DotNet tool uninstall --global PSPairChat.Console }
    }

    function Install-Tool {
        param([string] $Version)
        # Otherwise the tool of an earlier build with the same version would remain.
        Uninstall-Tool
        Invoke-DotNet tool install --global PSPairChat.Console --version $Version --add-source (Join-Path $root 'artifacts')
    }

    function Get-InstallationFolder {
        # The first entry of PSModulePath is the module folder of the current user.
        Join-Path ($env:PSModulePath -split [IO.Path]::PathSeparator)[0] 'PSPairChat'
    }

    function Invoke-Install {
        $null = Invoke-Package
        $version = (Import-PowerShellDataFile (Join-Path $root 'PSPairChat.psd1')).ModuleVersion
        $modules = Get-InstallationFolder
        $null = New-Item -ItemType Directory -Force -Path $modules
        $target = Join-Path $modules $version
        if (Test-Path $target) { Remove-Item $target -Recurse }
        Copy-Item (Join-Path $root "artifacts/PSPairChat/$version") -Destination $modules -Recurse
        Install-Tool $version
        Get-Item $target
    }

    function Invoke-Uninstall {
        $modules = Get-InstallationFolder
        if (Test-Path $modules) { Remove-Item $modules -Recurse }
        Uninstall-Tool
    }

    function Invoke-Mutate {
        $configPath = Join-Path ([IO.Path]::GetTempPath()) "stryker-$PID.json"
        Push-Location (Join-Path $root 'tests/Unit')
        try {
            Invoke-DotNet tool restore
            $files = if ($Path) { "$Path/**/*.cs" } else { '**/*.cs' }
            # For each change, all of these tests that reach it run: fewer classes take minutes instead of hours.
            $folder = if ($Project -eq 'Core' -and $Path) {
                (Get-Content ./mutation-tests.json -Raw | ConvertFrom-Json -AsHashtable)[$Path] ?? $(throw "tests/Unit/mutation-tests.json does not contain the folder '$Path'.")
            }
            $minScore = if ($folder) { $folder.minScore } else { 75 }
            $config = Get-Content ./stryker-config.json -Raw | ConvertFrom-Json
            if ($folder) {
                $selected = ($folder.tests | ForEach-Object { "FullyQualifiedName~.$_." }) -join '|'
                $config.'stryker-config'.'test-case-filter' += "&($selected)"
            }
            $config | ConvertTo-Json -Depth 5 | Set-Content $configPath
            Invoke-DotNet stryker --config-file $configPath --project "PSPairChat.$Project.csproj" --mutate $files --break-at $minScore
        }
        finally {
            Remove-Item $configPath -ErrorAction Ignore
            Pop-Location
        }
    }

    function Invoke-Clean {
        Get-ChildItem $root -Recurse -Directory -Include bin, obj, artifacts, TestResults, StrykerOutput | Where-Object { Test-Path $_ } | Remove-Item -Recurse -Force
    }

    if ($Task) {
        foreach ($name in $Task) { & "Invoke-$name" }
        return
    }
    Invoke-Build
    Import-Module (Join-Path $root 'PSPairChat.psd1') -Force -Global
    Write-Host 'Server:  Start-ChatServer -Port 54321 -Handle HostA -Interactive'
    Write-Host 'Client:  Connect-ChatServer -HostName localhost -Port 54321 -Handle Chris -Interactive'
} @args
