BeforeDiscovery {
    $script:noNc = -not (Get-Command nc -CommandType Application -ErrorAction Ignore)
    $script:noTelnet = -not (Get-Command telnet -CommandType Application -ErrorAction Ignore)
}
BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'Two processes' {
    AfterEach { Stop-AllSessions }

    It 'exchange the same messages in 100 conversations' {
        $server = Start-PwshPeer '$s = Start-ChatServer -Port 0 -BindAddress 127.0.0.1; "$($s.Port)"; Receive-ChatMessage -Wait | ForEach-Object { Send-ChatMessage $_.Text.ToUpper() }'
        try {
            $port = [int](Read-PeerLine $server)
            foreach ($i in 1..100) {
                $c = Connect-ChatServer -Host 127.0.0.1 -Port $port -Handle Chris
                $transcript = 'one', 'two', 'three', '\quit' | Send-ChatMessage -Session $c -AwaitReply -TimeoutSeconds 20 | ForEach-Object ToString
                $transcript | Should -Be 'chatserve> ONE', 'chatserve> TWO', 'chatserve> THREE'
                $c.CloseReason | Should -Be LocalQuit
            }
        }
        finally { $null = Stop-Peer $server -Kill }
    }
}

Describe 'A peer without PowerShell' {
    AfterEach { Stop-AllSessions }

    It 'nc connects to the server' -Skip:$noNc {
        $s = Start-ChatServer 0 -BindAddress 127.0.0.1
        $nc = Start-Peer nc '127.0.0.1', $s.Port
        try {
            $nc.StandardInput.WriteLine('hello')
            (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be hello
            Send-ChatMessage 'hello client'
            Read-PeerLine $nc | Should -Be 'chatserve> hello client'
            $nc.StandardInput.WriteLine('\quit')
            Receive-ChatMessage $s -TimeoutSeconds 20 | Should -BeNullOrEmpty
            $s.CloseReason | Should -Be PeerQuit
        }
        finally { $null = Stop-Peer $nc -Kill }
    }

    It 'nc accepts the client' -Skip:$noNc {
        $probe = Start-ChatServer 0 -BindAddress 127.0.0.1
        Stop-ChatServer $probe
        $nc = Start-Peer nc '-l', '127.0.0.1', $probe.Port
        try {
            Wait-For { $script:c = Connect-ChatServer 127.0.0.1 $probe.Port Chris -ErrorAction Ignore 2>$null; $c } -ErrorAction Ignore
            Send-ChatMessage hello -Session $c
            Read-PeerLine $nc | Should -Be 'Chris> hello'
            $nc.StandardInput.WriteLine('hello client')
            (Receive-ChatMessage $c -TimeoutSeconds 20).Text | Should -Be 'hello client'
            Send-ChatMessage '\quit' -Session $c
            Stop-Peer $nc | Should -BeLike '*\quit*'
        }
        finally { if (-not $nc.HasExited) { $nc.Kill() } }
    }

    It 'telnet connects to the server' -Skip:$noTelnet {
        $s = Start-ChatServer 0 -BindAddress 127.0.0.1
        $telnet = Start-Peer telnet '127.0.0.1', $s.Port
        try {
            Wait-For { $s.State -eq 'Connected' }
            $telnet.StandardInput.WriteLine('hello')
            (Receive-ChatMessage $s -TimeoutSeconds 20).Text | Should -Be hello
            Send-ChatMessage 'hello client'
            do { $line = Read-PeerLine $telnet } until ($line -like 'chatserve>*')
            $line | Should -Be 'chatserve> hello client'
            Disconnect-ChatSession $s
        }
        finally { $null = Stop-Peer $telnet -Kill }
    }
}
