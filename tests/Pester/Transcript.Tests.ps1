BeforeAll {
    $manifest = $env:PSPAIRCHAT_MANIFEST
    Import-Module $manifest

    function Open-Pair {
        param([hashtable]$Client = @{})
        $server = Start-ChatServer -Port 0 -Handle HostA -BindAddress 127.0.0.1
        [pscustomobject]@{ Server = $server; Client = Connect-ChatServer 127.0.0.1 $server.Port Chris @Client }
    }

    function Talk($pair) {
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

    It 'gives messages and notices as objects' {
        $pair = Open-Pair
        Talk $pair
        $entries = Get-ChatTranscript $pair.Client | Where-Object Text -NotLike '*speaks the dialect*'
        $entries.From | Should -Be '', 'Chris', 'HostA', ''
        $entries.Notice | Should -Be 'Lifecycle', $null, $null, 'Presence'
        $entries[1].IsMine, $entries[2].IsMine | Should -Be $true, $false
        $entries[1].Time | Should -BeGreaterThan (Get-Date).AddMinutes(-1)
        (Get-ChatTranscript $pair.Client -Last 1).Text | Should -Be 'Disconnected.'
    }

    It 'is shown as the chat itself, and written as a script' {
        $pair = Open-Pair
        Talk $pair
        $entries = Get-ChatTranscript $pair.Client | Where-Object Notice -NE Lifecycle
        ($entries | Out-String).Trim() -split '\r?\n' | Should -BeExactly 'Chris> hello', 'HostA> é 👩‍👧 "x" \ ?', '# Disconnected.'
        $entries | ForEach-Object ToString | Should -BeExactly 'Chris> hello', 'HostA> é 👩‍👧 "x" \ `?', '# Disconnected.'
    }

    It 'is there for the session that was opened last if none is named' {
        $pair = Open-Pair
        Send-ChatMessage 'hello' -Session $pair.Client
        (Get-ChatTranscript)[-1].Text | Should -Be hello
    }
}

Describe '-TranscriptPath' {
    AfterEach {
        Get-ChatSession | ForEach-Object Dispose
    }

    It 'takes a path of PowerShell and reads back as the same objects' {
        $pair = Open-Pair @{ TranscriptPath = 'TestDrive:/talk.jsonl' }
        Talk $pair
        $read = Import-ChatTranscript TestDrive:/talk.jsonl
        $given = Get-ChatTranscript $pair.Client
        $read.Count | Should -Be $given.Count
        0..($read.Count - 1) | ForEach-Object { $read[$_].Equals($given[$_]) } | Should -Not -Contain $false
    }

    It 'is opened before anything else' {
        { Start-ChatServer -Port 0 -TranscriptPath "$TestDrive/none/x" -ErrorAction Stop } | Should -Throw -ErrorId 'TranscriptFailed,*'
        { Start-ChatServer -Port 0 -TranscriptPath variable:x -ErrorAction Stop } | Should -Throw -ErrorId 'TranscriptFailed,*'
        Get-ChatSession | Should -BeNullOrEmpty
    }

    It 'warns when the disk is full, once, and the chat goes on' -Skip:(-not (Test-Path /dev/full)) {
        $pair = Open-Pair @{ TranscriptPath = '/dev/full'; WarningAction = 'SilentlyContinue' }
        1..3 | ForEach-Object {
            Send-ChatMessage hello -Session $pair.Client -WarningAction SilentlyContinue
            Receive-ChatMessage $pair.Server | Send-ChatMessage -Session $pair.Server
            (Receive-ChatMessage $pair.Client -WarningAction SilentlyContinue).Text | Should -Not -BeNullOrEmpty
        }
        @(Get-ChatTranscript $pair.Client | Where-Object Notice -EQ Warning).Count | Should -Be 1
    }

    It 'loses nothing but the torn line when the process is killed' {
        $file = "$TestDrive/killed.jsonl"
        $heard = "$TestDrive/heard.txt"
        $script = "$TestDrive/flood.ps1"
        Set-Content $script @"
Import-Module '$manifest'
`$server = Start-ChatServer -Port 0 -Handle HostA -TurnOrder Free -BindAddress 127.0.0.1
`$client = Connect-ChatServer 127.0.0.1 `$server.Port Chris -TurnOrder Free -TranscriptPath '$file'
`$out = [IO.File]::Open('$heard', 'Create', 'Write', 'ReadWrite')
for (`$i = 1; ; `$i++) {
    Send-ChatMessage "message `$i" -Session `$client
    `$bytes = [Text.Encoding]::UTF8.GetBytes((Receive-ChatMessage `$server).Text + "``n")
    `$out.Write(`$bytes, 0, `$bytes.Length)
    `$out.Flush()
}
"@
        $process = [Diagnostics.Process]::Start((Get-Process -Id $PID).Path, "-NoProfile -NonInteractive -File $script")
        try {
            $patience = [Diagnostics.Stopwatch]::StartNew()
            while (-not ((Test-Path $heard) -and (Get-Item $heard).Length -gt 5000) -and $patience.Elapsed.TotalSeconds -lt 30) { Start-Sleep -Milliseconds 50 }
        } finally {
            $process.Kill()
            $process.WaitForExit()
        }
        $said = (Import-ChatTranscript $file -WarningAction SilentlyContinue | Where-Object IsMine).Text
        $heardLines = Get-Content $heard
        $heardLines.Count | Should -BeGreaterThan 300
        $heardLines | Where-Object { $_ -notin $said } | Should -BeNullOrEmpty

        # The same file torn in its last line, and appended to.
        $bytes = [IO.File]::ReadAllBytes($file)
        [IO.File]::WriteAllBytes($file, $bytes[0..($bytes.Length - 8)])
        Stop-ChatServer (Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -TranscriptPath $file)
        $entries = Import-ChatTranscript $file -WarningVariable warnings -WarningAction SilentlyContinue
        @($warnings).Count | Should -Be 1
        $warnings[0] | Should -BeLike "*line $($said.Count + 1) is not a whole entry*"
        $entries[-1].Text | Should -BeLike 'Stopped listening*'
    }
}
