# On Windows, the module folder of the user cannot be redirected.
Describe 'build.ps1 Install' -Skip:$IsWindows {
    It 'installs the module for the current user and pairchat as a global tool' {
        $version = (Import-PowerShellDataFile "$PSScriptRoot/../../PSPairChat.psd1").ModuleVersion
        $saved = $env:XDG_DATA_HOME, $env:DOTNET_CLI_HOME
        try {
            $env:XDG_DATA_HOME = Join-Path $TestDrive data
            $env:DOTNET_CLI_HOME = Join-Path $TestDrive home
            $output = pwsh -NoProfile -NonInteractive -File "$PSScriptRoot/../../build.ps1" Install 2>&1
            $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
            $moduleBase = pwsh -NoProfile -NonInteractive -Command '$null = Get-Command Start-ChatServer; (Get-Module PSPairChat).ModuleBase'
            $moduleBase | Should -Be (Join-Path $TestDrive "data/powershell/Modules/PSPairChat/$version")
            & (Join-Path $TestDrive home/.dotnet/tools/pairchat) --version | Should -Be $version
            # A job of a session without imports loads the module when a cmdlet is used.
            pwsh -NoProfile -NonInteractive -Command '$s = Start-ChatServer 0; Start-ThreadJob { ($using:s | Get-ChatTranscript)[0].Text } | Receive-Job -Wait' |
                Should -BeLike 'Listening on *'

            $output = pwsh -NoProfile -NonInteractive -File "$PSScriptRoot/../../build.ps1" Uninstall 2>&1
            $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
            Join-Path $TestDrive data/powershell/Modules/PSPairChat | Should -Not -Exist
            Join-Path $TestDrive home/.dotnet/tools/pairchat | Should -Not -Exist
        }
        finally { $env:XDG_DATA_HOME, $env:DOTNET_CLI_HOME = $saved }
    }

    It 'build.ps1 leaves nothing but the module in the session' {
        $commands = @'
"VARIABLES=$((Get-Variable root, Task, Configuration -ErrorAction Ignore).Name)"
"FUNCTIONS=$((Get-Command Invoke-Build, Invoke-DotNet -ErrorAction Ignore).Name)"
"PREFERENCE=$ErrorActionPreference STRICT=$neverSet"
"MODULE=$((Get-Module PSPairChat).Name)"
exit
'@
        $path = $env:PATH
        try {
            # The module is built already.
            Set-Content (Join-Path $TestDrive dotnet) "#!/bin/sh`nexit 0"
            chmod +x (Join-Path $TestDrive dotnet)
            $env:PATH = "$TestDrive$([IO.Path]::PathSeparator)$path"
            $output = $commands | pwsh -NoProfile -NoExit -File "$PSScriptRoot/../../build.ps1"
        }
        finally { $env:PATH = $path }
        $output -replace '\x1b\[\?1[hl]' -match '^[A-Z]+=' | Should -Be 'VARIABLES=', 'FUNCTIONS=', 'PREFERENCE=Continue STRICT=', 'MODULE=PSPairChat'
    }
}
