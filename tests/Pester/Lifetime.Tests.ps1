BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'A session closes and the peer is notified' {
    AfterEach { Stop-AllSessions }

    BeforeAll {
        function Test-ServerIsNotified {
            # Runs a script that connects to $port; the server must receive a quit, not a connection loss.
            param([scriptblock] $Run)
            $s = Start-ChatServer 0 -BindAddress 127.0.0.1
            & $Run $s.Port
            (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be 'connected'
            Receive-ChatMessage $s -TimeoutSeconds 20 | Should -BeNullOrEmpty
            $s.CloseReason | Should -Be PeerQuit
        }
        $connect = "Connect-ChatServer 127.0.0.1 {0} Chris | Out-Null; Send-ChatMessage 'connected'"
    }

    It 'when the module is removed' {
        Test-ServerIsNotified { param($port) Stop-Peer (Start-PwshPeer "$($connect -f $port); Remove-Module PSPairChat; [Console]::In.ReadToEnd()") }
    }

    It 'when the module is imported again' {
        Test-ServerIsNotified { param($port) Stop-Peer (Start-PwshPeer "$($connect -f $port); Import-Module '$env:PSPAIRCHAT_MANIFEST' -Force; [Console]::In.ReadToEnd()") }
    }

    It 'when PowerShell exits' {
        Test-ServerIsNotified { param($port) Stop-Peer (Start-PwshPeer "$($connect -f $port); exit 3") }
    }

    It 'when a runspace is closed' {
        Test-ServerIsNotified {
            param($port)
            $other = [powershell]::Create()
            $null = $other.AddScript("Import-Module '$env:PSPAIRCHAT_MANIFEST'; $($connect -f $port)").Invoke()
            $other.Runspace.Close()
            $other.Dispose()
        }
    }

    It 'when a thread job ends' {
        Test-ServerIsNotified {
            param($port)
            Complete-Job (Start-ModuleJob ([scriptblock]::Create($connect -f $port)))
        }
    }

    It 'when the process is terminated' {
        $s = Start-ChatServer 0 -BindAddress 127.0.0.1
        $peer = Start-PwshPeer "$($connect -f $s.Port); 'up'; [Console]::In.ReadToEnd()"
        Read-PeerLine $peer | Should -Be up
        $null = Stop-Peer $peer -Kill
        (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be 'connected'
        Receive-ChatMessage $s -TimeoutSeconds 20 | Should -BeNullOrEmpty
    }
}

Describe 'A session and runspaces' {
    AfterEach { Stop-AllSessions }

    It 'a session is listed only in the runspace that opened it, but works in others' {
        $s, $c = New-Pair
        Send-ChatMessage hi -Session $c
        $output = 1 | ForEach-Object -Parallel {
            Import-Module ${using:env:PSPAIRCHAT_MANIFEST}
            @(Get-ChatSession).Count
            (Receive-ChatMessage -Session $using:s).Text
        }
        $output | Should -Be 0, hi
        Get-ChatSession | Should -HaveCount 2
        $s.State | Should -Be Connected
    }
}
