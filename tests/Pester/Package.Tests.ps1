Describe 'The package' {
    BeforeAll {
        $root = (Resolve-Path "$PSScriptRoot/../..").ProviderPath
        $manifest = Import-PowerShellDataFile (Join-Path $root PSPairChat.psd1)
        $version = $manifest.ModuleVersion
        # With -Installed, Invoke-PesterSuite.ps1 has created the package.
        if ((Split-Path $env:PSPAIRCHAT_MANIFEST) -eq $root) {
            $output = pwsh -NoProfile -NonInteractive -File (Join-Path $root build.ps1) Package 2>&1
            if ($LASTEXITCODE) { throw ($output -join "`n") }
        }
        $artifacts = Join-Path $root artifacts
        $module = Join-Path $artifacts "PSPairChat/$version"
        $files = @(
            'CHANGELOG.md', 'LICENSE', 'PSPairChat.psd1', 'PSPairChat/PSPairChat.Format.ps1xml', 'PSPairChat/PSPairChat.Types.ps1xml', 'PSPairChat/bin/PSPairChat.Cmdlets.dll'
            'PSPairChat/bin/PSPairChat.Core.dll', 'PSPairChat/bin/PSPairChat.Terminal.dll', 'README.md', 'THIRD-PARTY-NOTICES.txt', 'en-US/PSPairChat.Cmdlets.dll-Help.xml', 'en-US/about_ChatSecurity.help.txt', 'en-US/about_ChatSessions.help.txt', 'en-US/about_PSPairChat.help.txt'
        )

        function Read-Package {
            param([string] $Name)
            $archive = [IO.Compression.ZipFile]::OpenRead((Join-Path $artifacts $Name))
            try {
                $nuspec = [IO.StreamReader]::new(($archive.Entries | Where-Object Name -Like '*.nuspec').Open())
                [pscustomobject] @{ Files = $archive.Entries.FullName; Metadata = ([xml] $nuspec.ReadToEnd()).package.metadata }
            }
            finally { $archive.Dispose() }
        }
    }

    It 'has the same version in the manifest, the changelog, and the assemblies' {
        (Get-Content (Join-Path $root CHANGELOG.md) | Select-String '^## \[?(\d+\.\d+\.\d+)' | Select-Object -First 1).Matches[0].Groups[1].Value | Should -Be $version
        foreach ($assembly in Get-ChildItem $module/PSPairChat/bin) { $assembly.VersionInfo.ProductVersion -replace '\+.*' | Should -Be $version }
    }

    It 'contains only the files of the module' {
        (Get-ChildItem $module -Recurse -File).FullName.Substring($module.Length + 1).Replace('\', '/') | Sort-Object | Should -Be ($files | Sort-Object)
    }

    It 'has a manifest that is valid for the PowerShell Gallery' {
        $tested = Test-ModuleManifest (Join-Path $module PSPairChat.psd1)
        $tested.ExportedCmdlets.Count | Should -Be $manifest.CmdletsToExport.Count
        $manifest.CompatiblePSEditions | Should -Be Desktop, Core
        $manifest.CmdletsToExport + $manifest.FunctionsToExport + $manifest.AliasesToExport + $manifest.VariablesToExport | Should -Not -Contain '*'
        foreach ($field in 'Tags', 'LicenseUri', 'ProjectUri', 'ReleaseNotes') { $manifest.PrivateData.PSData.$field | Should -Not -BeNullOrEmpty }
    }

    It 'is an archive of the same files with metadata for the PowerShell Gallery' {
        $package = Read-Package "PSPairChat.$version.nupkg"
        $package.Files | Where-Object { $_ -notmatch '^(_rels|package)/|\.nuspec$|Content_Types' } | Sort-Object | Should -Be ($files | Sort-Object)
        $package.Metadata.id | Should -Be PSPairChat
        $package.Metadata.version | Should -Be $version
        $tags = $package.Metadata.tags -split ' '
        foreach ($tag in @('PSModule', 'PSEdition_Desktop', 'PSEdition_Core', 'PSIncludes_Cmdlet') + $manifest.CmdletsToExport.ForEach({ "PSCmdlet_$_"; "PSCommand_$_" })) { $tags | Should -Contain $tag }
        foreach ($field in 'authors', 'description', 'projectUrl', 'licenseUrl', 'releaseNotes') { $package.Metadata.$field | Should -Not -BeNullOrEmpty }
    }

    It 'contains pairchat as a .NET tool of the same version' {
        $package = Read-Package "PSPairChat.Console.$version.nupkg"
        $package.Metadata.packageTypes.packageType.name | Should -Be DotnetTool
        $tools = Join-Path $TestDrive tools
        $output = dotnet tool install PSPairChat.Console --version $version --tool-path $tools --add-source $artifacts 2>&1
        $LASTEXITCODE | Should -Be 0 -Because "$output"
        & (Join-Path $tools pairchat) --version | Should -Be $version
    }

    It 'an installed module is found by name, with its help' {
        $output = pwsh -NoProfile -NonInteractive -Command "`$env:PSModulePath = '$artifacts' + [IO.Path]::PathSeparator + `$env:PSModulePath; (Get-Command Send-ChatMessage).Version.ToString(); (Get-Help Send-ChatMessage).Synopsis; (Get-Help about_ChatSessions).Length -gt 100; (Get-Module PSPairChat).ModuleBase"
        $output | Should -Be $version, 'Sends messages to the peer.', 'True', $module
    }
}
