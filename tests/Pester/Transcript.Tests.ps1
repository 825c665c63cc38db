BeforeAll {
    $manifest = $env:PSPAIRCHAT_MANIFEST
    Import-Module $manifest

    function Open-Pair {
        param([hashtable]$Client = @{})
        $server = Start-ChatServer -Port 0 -Handle HostA -BindAddress 127.0.0.1
        [pscustomobject]@{ Server = $server; Client = Connect-ChatServer 127.0.0.1 $server.Port Chris @Client }
    }

    function Invoke-Conversation($pair) {
        Send-ChatMessage 'hello' -Session $pair.Client
        $null = Receive-ChatMessage $pair.Server
        Send-ChatMessage 'é 👩‍👧 "x" \ ?' -Session $pair.Server
        $null = Receive-ChatMessage $pair.Client
        Disconnect-ChatSession $pair.Client
    }
}

AfterAll {
    Remove-Module PSPairChat
}

Describe 'Get-ChatTranscript' {
    AfterEach {
        Get-ChatSession | ForEach-Object Dispose
    }

    It 'gets messages and notices as objects' {
        $pair = Open-Pair
        Invoke-Conversation $pair
        $entries = Get-ChatTranscript $pair.Client | Where-Object Text -NotLike '*speaks the dialect*'
        $entries.From | Should -Be '', 'Chris', 'HostA', ''
        $entries.Notice | Should -Be 'Lifecycle', $null, $null, 'Presence'
        $entries[1].IsMine, $entries[2].IsMine | Should -Be $true, $false
        $entries[1].Time | Should -BeGreaterThan (Get-Date).AddMinutes(-1)
        (Get-ChatTranscript $pair.Client -Last 1).Text | Should -Be 'Disconnected.'
    }

    It 'is displayed as chat lines, and written as a script' {
        $pair = Open-Pair
        Invoke-Conversation $pair
        $entries = Get-ChatTranscript $pair.Client | Where-Object Notice -NE Lifecycle
        ($entries | Out-String).Trim() -split '\r?\n' | Should -BeExactly 'Chris> hello', 'HostA> é 👩‍👧 "x" \ ?', '# Disconnected.'
        $entries | ForEach-Object ToString | Should -BeExactly 'Chris> hello', 'HostA> é 👩‍👧 "x" \ `?', '# Disconnected.'
    }

    It 'gets the transcript of the session that was opened last by default' {
        $pair = Open-Pair
        Send-ChatMessage 'hello' -Session $pair.Client
        (Get-ChatTranscript)[-1].Text | Should -Be hello
    }
}

Describe 'Import-ChatTranscript' {
    It '-Path resolves wildcards and accepts several values, and -LiteralPath does not resolve wildcards' {
        foreach ($name in 'a[1].jsonl', 'a1.jsonl', 'b.jsonl') {
            Stop-ChatServer (Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -TranscriptPath "$TestDrive/$name")
        }
        @(Import-ChatTranscript "$TestDrive/a[1].jsonl").Count | Should -Be 2
        @(Import-ChatTranscript "$TestDrive/*.jsonl").Count | Should -Be 6
        @(Import-ChatTranscript "$TestDrive/a1.jsonl", "$TestDrive/b.jsonl").Count | Should -Be 4
        @(Import-ChatTranscript -LiteralPath "$TestDrive/a[1].jsonl").Count | Should -Be 2
        @(Get-ChildItem "$TestDrive/*.jsonl" | Import-ChatTranscript).Count | Should -Be 6
    }

    It 'a missing file is a non-terminating error, and the next file is read' {
        Stop-ChatServer (Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -TranscriptPath "$TestDrive/c.jsonl")
        $entries = Import-ChatTranscript "$TestDrive/none.jsonl", "$TestDrive/c.jsonl" -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors.FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*'
        $entries.Count | Should -Be 2
    }
}

Describe '-TranscriptPath' {
    AfterEach {
        Get-ChatSession | ForEach-Object Dispose
    }

    It 'accepts a PowerShell path, and Import-ChatTranscript returns equal objects' {
        $pair = Open-Pair @{ TranscriptPath = 'TestDrive:/talk.jsonl' }
        Invoke-Conversation $pair
        $imported = Import-ChatTranscript TestDrive:/talk.jsonl
        $expected = Get-ChatTranscript $pair.Client
        $imported.Count | Should -Be $expected.Count
        0..($imported.Count - 1) | ForEach-Object { $imported[$_].Equals($expected[$_]) } | Should -Not -Contain $false
    }

    It 'an unwritable file is the error TranscriptFailed, and no session is opened' {
        { Start-ChatServer -Port 0 -TranscriptPath "$TestDrive/none/x" -ErrorAction Stop } | Should -Throw -ErrorId 'TranscriptFailed,*'
        { Start-ChatServer -Port 0 -TranscriptPath variable:x -ErrorAction Stop } | Should -Throw -ErrorId 'TranscriptFailed,*'
        Get-ChatSession | Should -BeNullOrEmpty
    }

    It 'a full disk is reported by one warning, and the session continues' -Skip:(-not (Test-Path /dev/full)) {
        $pair = Open-Pair @{ TranscriptPath = '/dev/full'; WarningAction = 'SilentlyContinue' }
        1..3 | ForEach-Object {
            Send-ChatMessage hello -Session $pair.Client -WarningAction SilentlyContinue
            Receive-ChatMessage $pair.Server | Send-ChatMessage -Session $pair.Server
            (Receive-ChatMessage $pair.Client -WarningAction SilentlyContinue).Text | Should -Not -BeNullOrEmpty
        }
        @(Get-ChatTranscript $pair.Client | Where-Object Notice -EQ Warning).Count | Should -Be 1
    }

    It 'only the incomplete line is lost when the process is terminated' {
        $file = "$TestDrive/killed.jsonl"
        $received = "$TestDrive/received.txt"
        $script = "$TestDrive/flood.ps1"
        Set-Content $script @"
Import-Module '$manifest'
`$server = Start-ChatServer -Port 0 -Handle HostA -TurnOrder Free -BindAddress 127.0.0.1
`$client = Connect-ChatServer 127.0.0.1 `$server.Port Chris -TurnOrder Free -TranscriptPath '$file'
`$out = [IO.File]::Open('$received', 'Create', 'Write', 'ReadWrite')
for (`$i = 1; ; `$i++) {
    Send-ChatMessage "message `$i" -Session `$client
    `$bytes = [Text.Encoding]::UTF8.GetBytes((Receive-ChatMessage `$server).Text + "``n")
    `$out.Write(`$bytes, 0, `$bytes.Length)
    `$out.Flush()
}
"@
        $process = [Diagnostics.Process]::Start((Get-Process -Id $PID).Path, "-NoProfile -NonInteractive -File $script")
        try {
            $watch = [Diagnostics.Stopwatch]::StartNew()
            while (-not ((Test-Path $received) -and (Get-Item $received).Length -gt 5000) -and $watch.Elapsed.TotalSeconds -lt 30) { Start-Sleep -Milliseconds 50 }
        } finally {
            $process.Kill()
            $process.WaitForExit()
        }
        $sent = (Import-ChatTranscript $file -WarningAction SilentlyContinue | Where-Object IsMine).Text
        $receivedLines = Get-Content $received
        $receivedLines.Count | Should -BeGreaterThan 300
        $receivedLines | Where-Object { $_ -notin $sent } | Should -BeNullOrEmpty

        # The last line of the file is truncated before a session appends to the file.
        $bytes = [IO.File]::ReadAllBytes($file)
        [IO.File]::WriteAllBytes($file, $bytes[0..($bytes.Length - 8)])
        Stop-ChatServer (Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -TranscriptPath $file)
        $entries = Import-ChatTranscript $file -WarningVariable warnings -WarningAction SilentlyContinue
        @($warnings).Count | Should -Be 1
        $warnings[0] | Should -BeLike "*line $($sent.Count + 1): not a complete transcript entry*"
        $entries[-1].Text | Should -BeLike 'Stopped listening*'
    }
}
