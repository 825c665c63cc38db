BeforeAll { . $PSScriptRoot/Peers.ps1 }

Describe 'Receive-ChatMessage from several sessions' {
    AfterEach { Stop-AllSessions }

    It 'returns what arrives first, from an argument and from the pipeline' {
        $s1, $c1 = New-Pair
        $s2, $c2 = New-Pair
        Send-ChatMessage second -Session $c2
        $message = Receive-ChatMessage -Session $s1, $s2 -TimeoutSeconds 20
        $message.Text | Should -Be second
        $message.Session.Id | Should -Be $s2.Id
        Send-ChatMessage first -Session $c1
        ($s1, $s2.Name | Receive-ChatMessage -TimeoutSeconds 20).Session.Id | Should -Be $s1.Id
    }

    It 'Count is the number of messages from all sessions, and NoWait returns what has arrived' {
        $s1, $c1 = New-Pair @{ TurnOrder = 'Free' }
        $s2, $c2 = New-Pair @{ TurnOrder = 'Free' }
        'a', 'b' | Send-ChatMessage -Session $c1
        'c', 'd' | Send-ChatMessage -Session $c2
        (Receive-ChatMessage $s1, $s2 -Count 3 -TimeoutSeconds 20).Text | Should -HaveCount 3
        Receive-ChatMessage $s1, $s2 -NoWait | Should -HaveCount 1
        Receive-ChatMessage $s1, $s2 -NoWait | Should -BeNullOrEmpty
        Receive-ChatMessage $s1 -NoWait | Should -BeNullOrEmpty
        'e', 'f' | Send-ChatMessage -Session $c1
        (Receive-ChatMessage $s1 -NoWait -Count 1).Text | Should -Be e
    }

    It 'Wait continues until every session is closed, and reports a lost connection once' {
        $s1, $c1 = New-Pair
        $s2, $c2 = New-Pair
        $job = Start-ModuleJob {
            Send-ChatMessage one -Session $using:s1 -AwaitReply -ErrorAction SilentlyContinue
            Disconnect-ChatSession $using:s1
            Stop-ChatServer $using:s2
        }
        Send-ChatMessage hello -Session $c1
        Receive-ChatMessage $s1 -TimeoutSeconds 20 | Should -Not -BeNullOrEmpty
        (Receive-ChatMessage $c1, $c2 -Wait -TimeoutSeconds 20 | ForEach-Object { Send-ChatMessage reply -Session $_.Session; $_.Text }) | Should -Be one
        $c1, $c2 | ForEach-Object State | Should -Be Closed, Closed
        Complete-Job $job | Out-Null
    }

    It 'a timeout, own turn in every session, a closed session, and an unknown session are errors' {
        $s1, $c1 = New-Pair
        $s2, $c2 = New-Pair
        (Get-ErrorOf { Receive-ChatMessage $s1, $s2 -TimeoutSeconds 0.1 }).FullyQualifiedErrorId | Should -BeLike 'ReceiveTimedOut,*'
        (Get-ErrorOf { Receive-ChatMessage $c1, $c2 }).FullyQualifiedErrorId | Should -BeLike 'YourTurn,*'
        (Get-ErrorOf { Receive-ChatMessage $c1, 'nobody' }).FullyQualifiedErrorId | Should -BeLike 'SessionNotFound,*'
        (Get-ErrorOf { Receive-ChatMessage $c1, $null }).Exception.Message | Should -BeLike '*null*'
        (Get-ErrorOf { Receive-ChatMessage @() }).FullyQualifiedErrorId | Should -BeLike 'SessionNotFound,*'
        Disconnect-ChatSession $c1
        Send-ChatMessage last -Session $c2
        $messages = Receive-ChatMessage $c1, $s2 -TimeoutSeconds 20 -ErrorVariable closed -ErrorAction SilentlyContinue
        $messages.Text | Should -Be last
        $closed.FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
    }

    It 'waits for 500 sessions on one thread and uses little processor time' {
        $peer = Start-PwshPeer {
            $room = Start-ChatServer 0 -Room lobby -Handle Host -BindAddress 127.0.0.1
            # Only letters are allowed in a nickname of a room.
            $members = foreach ($i in 0..499) {
                $letters = -join ("$i".PadLeft(3, '0').ToCharArray() | ForEach-Object { [char] ([int] $_ - 48 + 97) })
                Connect-ChatServer 127.0.0.1 $room.Port "M$letters" -Room lobby
            }
            # The room still announces members to members.
            $members | Receive-ChatMessage -TimeoutSeconds 3 -ErrorAction SilentlyContinue
            $process = [Diagnostics.Process]::GetCurrentProcess()
            $threads = $process.Threads.Count
            $before = $process.TotalProcessorTime
            $members | Receive-ChatMessage -TimeoutSeconds 3 -ErrorAction SilentlyContinue
            $process.Refresh()
            ($process.TotalProcessorTime - $before).TotalMilliseconds
            $process.Threads.Count - $threads
            Send-ChatMessage 'to all' -Session $room
            ($members | Receive-ChatMessage -Count 500 -TimeoutSeconds 20 | Group-Object { $_.Session.Id } | Measure-Object).Count
        }.ToString()
        $milliseconds, $newThreads, $receivers = (Stop-Peer $peer -TimeoutSeconds 120).Trim() -split '\r?\n'
        Write-Information "Waiting for 500 sessions for 3 s took $milliseconds ms of processor time." -InformationAction Continue
        [double] $milliseconds | Should -BeLessThan 900
        [int] $newThreads | Should -BeLessThan 20
        $receivers | Should -Be 500
    }
}
