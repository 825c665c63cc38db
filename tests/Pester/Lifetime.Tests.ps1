BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'Sessions end with what opened them, and the peers are told' {
    AfterEach { Stop-AllSessions }

    BeforeAll {
        function Test-ServerIsTold {
            # Runs a script that connects to $port; the server here must read a quit and not a break.
            param([scriptblock] $Run)
            $s = Start-ChatServer 0 -BindAddress 127.0.0.1
            & $Run $s.Port
            (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be 'here I am'
            Receive-ChatMessage $s -TimeoutSeconds 20 | Should -BeNullOrEmpty
            $s.CloseReason | Should -Be PeerQuit
        }
        $connect = "Connect-ChatServer 127.0.0.1 {0} Chris | Out-Null; Send-ChatMessage 'here I am'"
    }

    It 'when the module is removed' {
        Test-ServerIsTold { param($port) Stop-Peer (Start-PwshPeer "$($connect -f $port); Remove-Module PSPairChat; [Console]::In.ReadToEnd()") }
    }

    It 'when the module is imported again' {
        Test-ServerIsTold { param($port) Stop-Peer (Start-PwshPeer "$($connect -f $port); Import-Module '$env:PSPAIRCHAT_MANIFEST' -Force; [Console]::In.ReadToEnd()") }
    }

    It 'when PowerShell exits' {
        Test-ServerIsTold { param($port) Stop-Peer (Start-PwshPeer "$($connect -f $port); exit 3") }
    }

    It 'when a runspace is closed' {
        Test-ServerIsTold {
            param($port)
            $other = [powershell]::Create()
            $null = $other.AddScript("Import-Module '$env:PSPAIRCHAT_MANIFEST'; $($connect -f $port)").Invoke()
            $other.Runspace.Close()
            $other.Dispose()
        }
    }

    It 'when a thread job ends' {
        Test-ServerIsTold {
            param($port)
            Complete-Job (Start-ModuleJob ([scriptblock]::Create($connect -f $port)))
        }
    }

    It 'and a killed process just closes' {
        $s = Start-ChatServer 0 -BindAddress 127.0.0.1
        $peer = Start-PwshPeer "$($connect -f $s.Port); 'up'; [Console]::In.ReadToEnd()"
        Read-PeerLine $peer | Should -Be up
        $null = Stop-Peer $peer -Kill
        (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be 'here I am'
        Receive-ChatMessage $s -TimeoutSeconds 20 | Should -BeNullOrEmpty
    }
}

Describe 'A session belongs to the runspace that opened it' {
    AfterEach { Stop-AllSessions }

    It 'and is listed there only, but works wherever it is passed' {
        $s, $c = New-Pair
        Send-ChatMessage hi -Session $c
        $seen = 1 | ForEach-Object -Parallel {
            Import-Module ${using:env:PSPAIRCHAT_MANIFEST}
            @(Get-ChatSession).Count
            (Receive-ChatMessage -Session $using:s).Text
        }
        $seen | Should -Be 0, hi
        Get-ChatSession | Should -HaveCount 2
        $s.State | Should -Be Connected
    }
}
