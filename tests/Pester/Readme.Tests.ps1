# Runs the code blocks of README.md as they stand, one after another, in terminals (tmux). The terminals are in a network of their own, where the port is free.

BeforeDiscovery {
    $canRun = $IsLinux -and -not ('tmux', 'unshare', 'ip' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) })
    if ($canRun) {
        unshare --map-root-user --net ip link set lo up 2> $null
        $canRun = $LASTEXITCODE -eq 0
    }
}

Describe 'The code blocks of README.md' -Skip:(-not $canRun) {
    BeforeAll {
        $root = (Resolve-Path "$PSScriptRoot/../..").ProviderPath
        $blocks = [regex]::Matches((Get-Content "$root/README.md" -Raw), '(?ms)^```(\w+)\n(.*?)\n```$') | ForEach-Object { $_.Groups[2].Value }
        $script:next = 0
        $used = [Collections.Generic.List[int]]::new()
        $tmux = "pspairchat-$([guid]::NewGuid().ToString('N'))"
        $timeoutSeconds = 300

        # The module is built already; everything else runs as it stands.
        $tools = New-Item -ItemType Directory (Join-Path $TestDrive tools)
        Set-Content "$tools/dotnet" "#!/bin/sh`n[ `"`$1`" = build ] || exec $((Get-Command dotnet).Source) `"`$@`""
        # The PATH of a computer without PowerShell.
        $noPowerShell = New-Item -ItemType Directory (Join-Path $TestDrive no-powershell)
        Set-Content "$noPowerShell/pwsh" "#!/bin/sh`necho 'pwsh: not found'; exit 127"
        chmod +x "$tools/dotnet" "$noPowerShell/pwsh"
        $saved = $env:PATH, $env:LC_ALL
        $env:PATH = "${tools}:$TestDrive/home/.dotnet/tools:$env:PATH"
        $env:LC_ALL = 'C.UTF-8'

        function Get-Block {
            # Returns the next code block, which contains a text.
            param([string] $Text)
            $script:next = $script:next..($blocks.Count - 1) | Where-Object { $blocks[$_] -like "*$Text*" } | Select-Object -First 1
            $blocks[$script:next]
            $used.Add($script:next++)
        }

        function Get-Screen {
            param([string] $Window)
            (tmux -L $tmux capture-pane -p -J -t $Window | ForEach-Object TrimEnd) -join "`n" -replace '\n+$'
        }

        function Wait-Screen {
            param([string] $Window, [string] $Pattern)
            $deadline = [DateTime]::UtcNow.AddSeconds($timeoutSeconds)
            while ((Get-Screen $Window) -notmatch $Pattern) {
                if ([DateTime]::UtcNow -gt $deadline) { throw "Timed out waiting for '$Pattern':`n$(Get-Screen $Window)" }
                Start-Sleep -Milliseconds 100
            }
        }

        function Send-Text {
            # Types lines in a window.
            param([string] $Window, [string] $Text)
            foreach ($line in $Text -split "`n") {
                tmux -L $tmux send-keys -t $Window -l $line
                tmux -L $tmux send-keys -t $Window Enter
            }
        }

        function Clear-Window {
            # The window is at a prompt of its shell.
            param([string[]] $Window)
            foreach ($name in $Window) {
                Send-Text $name clear
                Wait-Screen $name '^(PS [^\n]*>|[$#])$'
            }
        }

        function Send-Key {
            param([string] $Window, [string] $Key)
            tmux -L $tmux send-keys -t $Window $Key
        }

        unshare --map-root-user --net sh -c "ip link set lo up; cd '$root'; exec tmux -u -L $tmux -f /dev/null new-session -d -x 160 -y 50 -n one sh"
        foreach ($name in 'two', 'three', 'four') { tmux -L $tmux new-window -d -n $name -c $root sh }
        foreach ($name in 'one', 'two', 'three', 'four') { Wait-Screen $name '^[$#]$' }
    }

    AfterAll {
        tmux -L $tmux kill-server
        $env:PATH, $env:LC_ALL = $saved
    }

    It 'the quick start in PowerShell' {
        $block = Get-Block 'pwsh -NoExit -File build.ps1'
        foreach ($name in 'one', 'two') {
            Send-Text $name $block
            Wait-Screen $name '\nPS [^\n]*>$'
        }
        Clear-Window one, two
        Send-Text one (Get-Block 'Start-ChatServer *-Interactive')
        Wait-Screen one 'Waiting for a client\.\.\.$'
        Send-Text two (Get-Block 'Connect-ChatServer *-Interactive')
        Wait-Screen two '\nChris>$'
        Send-Text two test
        Wait-Screen one 'Chris> test\nHostA>$'
        Send-Text one hello
        Wait-Screen two 'HostA> hello\nChris>$'
        Send-Text two '\quit'
        Wait-Screen two 'Disconnected\.\nPS [^\n]*>$'
        Wait-Screen one 'Chris has left\.\n[^\n]*\nWaiting for a client\.\.\.$'
        Send-Key one C-c
        Wait-Screen one '\nPS [^\n]*>$'
    }

    It 'the quick start without PowerShell' {
        foreach ($name in 'three', 'four') {
            Send-Text $name "PATH=${noPowerShell}:`$PATH; pwsh"
            Wait-Screen $name 'pwsh: not found\n[$#]$'
        }
        Send-Text three (Get-Block 'dotnet run *serve')
        Wait-Screen three 'Waiting for a client\.\.\.$'
        Send-Text four (Get-Block 'dotnet run *connect')
        Wait-Screen four '\nChris>$'
        Send-Text four test
        Wait-Screen three 'Chris> test\nHostA>$'
        Send-Text four '\quit'
        Wait-Screen four 'Disconnected\.\n[$#]$'
        Send-Key three C-c
        Wait-Screen three '\n[$#]$'
    }

    It 'the installation' {
        $savedHomes = $env:XDG_DATA_HOME, $env:DOTNET_CLI_HOME
        Push-Location $root
        try {
            $env:XDG_DATA_HOME = Join-Path $TestDrive data
            $env:DOTNET_CLI_HOME = Join-Path $TestDrive home
            $output = sh -c (Get-Block 'build.ps1 Install') 2>&1
            $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
        }
        finally {
            Pop-Location
            $env:XDG_DATA_HOME, $env:DOTNET_CLI_HOME = $savedHomes
        }
        Join-Path $TestDrive home/.dotnet/tools/pairchat | Should -Exist
    }

    It 'sessions as objects' {
        Clear-Window one
        Send-Text one (Get-Block '$server = Start-ChatServer')
        Wait-Screen one '(?s)\nChris> test\n.*\nchatserve> hello\n.*Stop-ChatServer \$server\nPS [^\n]*>$'
    }

    It 'messages in a pipeline' {
        Clear-Window one, two
        Send-Text one (Get-Block 'Receive-ChatMessage -Wait')
        Wait-Screen one 'Listening'
        Send-Text two (Get-Block 'Send-ChatMessage -AwaitReply')
        Wait-Screen two 'chatserve> ONE\nchatserve> TWO\nchatserve> THREE\nPS [^\n]*>$'
        Send-Key one C-c
        Wait-Screen one '\nPS [^\n]*>$'
        Send-Text one 'Stop-ChatServer; (Get-ChatSession).Count'
        Wait-Screen one '\n0\nPS [^\n]*>$'
    }

    It 'a script file, in PowerShell and with pairchat' {
        Clear-Window one, two, three, four
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive scripts)
        Set-Content "$folder/talk.chat" (Get-Block 'Chris> order')
        foreach ($name in 'one', 'two', 'three', 'four') { Send-Text $name "cd $folder" }
        Clear-Window one, two, three, four
        Send-Text one (Get-Block 'Start-ChatServer')
        Wait-Screen one 'Listening'
        Send-Text two (Get-Block 'Connect-ChatServer')
        foreach ($name in 'one', 'two') { Wait-Screen $name '(?s)Chris> order 12 bolts\n.*HostA> ok, 12 bolts\n.*Chris> fine, \d+ days\n.*\nPS [^\n]*>$' }
        Send-Text three (Get-Block 'pairchat serve')
        Wait-Screen three 'Listening'
        Send-Text four (Get-Block 'pairchat connect')
        foreach ($name in 'three', 'four') {
            Wait-Screen $name '\n[$#]$'
            Send-Text $name 'echo "exit code $?"'
            Wait-Screen $name '\nexit code 0\n[$#]$'
        }
        (Get-Screen three) | Should -Match 'Chris> order 12 bolts'
        (Get-Screen four) | Should -Match 'HostA> ok, 12 bolts'
    }

    It 'a thread job' {
        Clear-Window one
        Send-Text one (Get-Block 'Start-ThreadJob')
        Wait-Screen one '(?s)chatserve> ONE\nchatserve> TWO\n.*AutoRemoveJob\nPS [^\n]*>$'
    }

    It 'a room' {
        Clear-Window one, two
        Send-Text one (Get-Block 'Start-ChatServer *-Room')
        Wait-Screen one '\nHost>$'
        Send-Text two (Get-Block 'Connect-ChatServer *-Room')
        Wait-Screen two '\nBob>$'
        Send-Text two hello
        Wait-Screen one 'Bob> hello\nHost>$'
        Send-Text two '/quit'
        Wait-Screen two 'Disconnected\.\nPS [^\n]*>$'
        Send-Key one C-c
        Wait-Screen one '\nPS [^\n]*>$'
    }

    It 'an encrypted session' {
        Clear-Window three, four
        $serve, $connect = (Get-Block '--secure') -split "`n"
        Send-Text three $serve
        Wait-Screen three "(?s)pairchat connect 'pairchat://[^']+'\n.*Waiting for a client\.\.\.$"
        $invite = [regex]::Match((Get-Screen three), "pairchat connect '(pairchat://[^']+)'").Groups[1].Value
        # The network of the terminals has only the loopback interface.
        Send-Text four $connect.Replace('pairchat://flip1:54321/#...', ($invite -replace '//[^:]+:', '//localhost:'))
        Wait-Screen four '(?s)Encrypted \(TLS 1\.3\), server key SHA256:.*\(invite\)\.\nChris>$'
        Send-Text four test
        Wait-Screen three '(?s)Encrypted \(TLS 1\.3\), client key SHA256:.*\(invite\)\nChris> test\nHostA>$'
        Send-Text four '\quit'
        Wait-Screen four 'Disconnected\.\n[$#]$'
        Send-Key three C-c
        Wait-Screen three '\n[$#]$'
    }

    It 'are all tested' {
        $used | Should -Be (0..($blocks.Count - 1))
    }
}
