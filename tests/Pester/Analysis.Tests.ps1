BeforeDiscovery {
    $noAnalyzer = -not (Get-Module PSScriptAnalyzer -ListAvailable)
}

Describe 'The scripts of the repository' -Skip:$noAnalyzer {
    It 'have no PSScriptAnalyzer findings' {
        $root = (Resolve-Path "$PSScriptRoot/../..").ProviderPath
        $findings = Get-ChildItem $root -Recurse -Include *.ps1, *.psd1, *.ps1xml |
            Where-Object { $_.FullName.Substring($root.Length) -notmatch '[\\/](bin|obj|artifacts|TestResults|\.git)[\\/]' } |
            ForEach-Object { Invoke-ScriptAnalyzer -Path $_.FullName -Settings (Join-Path $root PSScriptAnalyzerSettings.psd1) }
        $findings | ForEach-Object { '{0}:{1} {2}' -f $_.ScriptName, $_.Line, $_.Message } | Should -BeNullOrEmpty
    }
}
