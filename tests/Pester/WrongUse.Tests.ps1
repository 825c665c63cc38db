# Each wrong use has an error id, a category, and a recommended action that helps. docs/errors.md lists them; this file writes the page.

BeforeDiscovery {
    $canBeUser = -not $IsWindows -and ([Environment]::UserName -ne 'root' -or (Get-Command setpriv -CommandType Application -ErrorAction Ignore))
    $canListenOnLowPort = -not $IsLinux -or [int] (Get-Content /proc/sys/net/ipv4/ip_unprivileged_port_start) -le 80

    $uses = @(
        # Names of sessions
        @{ Id = 'SessionNotFound'; Category = 'ObjectNotFound'; When = 'No session is open'; Action = '*Connect-ChatServer or Start-ChatServer*'; Script = { Send-ChatMessage x } }
        @{ Id = 'SessionNotFound'; Category = 'ObjectNotFound'; When = 'No session has the Id or Name'; Action = '*Get-ChatSession*'; Script = { Receive-ChatMessage -Session nobody } }
        @{ Id = 'SessionNotFound'; Category = 'ObjectNotFound'; When = 'The value of `-Session` is null or empty'; Action = '*omit -Session*'; Script = { $null = Start-ChatServer 0; Send-ChatMessage x -Session $null } }
        @{ Id = 'SessionNotFound'; Category = 'ObjectNotFound'; When = 'The session is a copy from another process'; Action = '*Start-ThreadJob*'; Script = {
                $copy = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Start-ChatServer 0)))
                Receive-ChatMessage $copy
            }
        }
        @{ Id = 'SessionNotFound'; Category = 'ObjectNotFound'; When = 'No server is running'; Action = '*Start-ChatServer*'; Script = { Stop-ChatServer } }
        @{ Id = 'SessionNotFound'; Category = 'ObjectNotFound'; When = 'No room is open'; Action = '*Start-ChatServer -Room*'; Script = { Get-ChatMember } }
        @{ Id = 'SessionNameInvalid'; Category = 'InvalidArgument'; When = 'The name of the session is a number, is in use, or has wildcards'; Action = '*-Name*'; Script = { Start-ChatServer 0 -Name 12 } }
        @{ Id = 'SessionClosed'; Category = 'ResourceUnavailable'; When = 'The session is closed'; Action = 'Open a new session*'; Script = { $null, $c = New-Pair; Disconnect-ChatSession $c; Send-ChatMessage x -Session $c } }
        @{ Id = 'NotAServer'; Category = 'InvalidOperation'; When = '`Stop-ChatServer` gets a client session'; Action = '*Disconnect-ChatSession*'; Script = { $null, $c = New-Pair; Stop-ChatServer $c } }

        # Connecting and listening
        @{ Id = 'HostNotFound'; Category = 'ConnectionError'; When = 'The host name cannot be resolved'; Action = '*-HostName*'; Script = { Connect-ChatServer no-such-host.invalid 1 Chris } }
        @{ Id = 'HostNotFound'; Category = 'ConnectionError'; When = 'The host name is a URL'; Action = '*tcp://*'; Script = { Connect-ChatServer http://flip1/chat 1 Chris } }
        @{ Id = 'HostNotFound'; Category = 'ConnectionError'; When = 'The port after the host name is not valid'; Action = '*1 through 65535*'; Script = { Connect-ChatServer flip1:70000 -Handle Chris } }
        @{ Id = 'ConnectFailed'; Category = 'ConnectionError'; When = 'No server listens on the port'; Action = '*server is running*-Port*'; Script = { Connect-ChatServer localhost 1 Chris } }
        @{ Id = 'ConnectFailed'; Category = 'ConnectionError'; When = 'The host does not have the address of `-BindAddress`'; Action = '*-BindAddress*'; Script = { Start-ChatServer 0 -BindAddress 192.0.2.1 } }
        @{ Id = 'ConnectTimedOut'; Category = 'OperationTimeout'; When = 'The host does not respond'; Action = '*-TimeoutSeconds*'; Script = {
                $silent = New-SilentPort
                try { Connect-ChatServer 127.0.0.1 $silent.Port Chris -TimeoutSeconds 0.3 } finally { $silent.Sockets | ForEach-Object Dispose }
            }
        }
        @{ Id = 'PortInUse'; Category = 'ResourceExists'; When = 'Another program listens on the port'; Action = '*-Port*'; Script = { $s = Start-ChatServer 0; Start-ChatServer $s.Port } }
        @{ Id = 'PermissionDenied'; Category = 'PermissionDenied'; When = 'The user does not have the permission to listen on the port'; Action = '*-Port from 1024*'
            Script = { Start-ChatServer 80 }; AsUser = $true; Skip = $canListenOnLowPort -or -not $canBeUser
        }
        @{ Id = 'HandleInvalid'; Category = 'InvalidArgument'; When = 'The handle is too long, or is not one word of letters, digits, `-`, `_` or `.`'; Action = '*-Handle*-MaxHandleLength*'; Script = { Start-ChatServer 0 -Handle 'Chris B' } }
        @{ Id = 'DialectNotFound'; Category = 'ObjectNotFound'; When = 'No dialect has the name'; Action = '*Get-ChatDialect*'; Script = { Connect-ChatServer localhost 1 Chris -Dialect Klingon } }
        @{ Id = 'DialectNotFound'; Category = 'ObjectNotFound'; When = 'No dialect of rooms has the name'; Action = '*Text or Kutztown*'; Script = { Start-ChatServer 0 -Room lobby -Dialect Klingon } }
        @{ Id = 'DialectInvalid'; Category = 'InvalidArgument'; When = 'The properties of a custom dialect contradict each other'; Action = '*New-ChatDialect*'; Script = { New-ChatDialect Mine -FixedLength 100 -LengthPrefix Digits } }
        @{ Id = 'BackplaneInvalid'; Category = 'InvalidArgument'; When = 'The URL of the backplane is not valid'; Action = '*redis://*-Backplane*'; Script = { Start-ChatServer 0 -Room lobby -Backplane http://localhost } }
        @{ Id = 'BackplaneFailed'; Category = 'ConnectionError'; When = 'The Redis server of a room cannot be reached'; Action = '*-Backplane*'; Script = { Start-ChatServer 0 -Room lobby -Backplane redis://127.0.0.1:1 } }
        @{ Id = 'NotSupported'; Category = 'InvalidOperation'; When = 'The room has no backplane'; Action = '*-Backplane*'; Script = { $null = Start-ChatServer 0 -Room lobby; Get-ChatBackplane } }
        @{ Id = 'TranscriptFailed'; Category = 'OpenError'; When = 'The transcript cannot be written'; Action = '*-TranscriptPath*'; Script = { Start-ChatServer 0 -TranscriptPath "$TestDrive/none/x" } }

        # Sending and receiving
        @{ Id = 'NotYourTurn'; Category = 'InvalidOperation'; When = 'It is the turn of the peer'; Action = '*Receive-ChatMessage*-TurnOrder Free*'; Script = { $s, $null = New-Pair; Send-ChatMessage x -Session $s } }
        @{ Id = 'YourTurn'; Category = 'InvalidOperation'; When = 'Nothing is unread, and the peer waits for a message'; Action = '*Send-ChatMessage*'; Script = { $null, $c = New-Pair; Receive-ChatMessage $c } }
        @{ Id = 'NoPeer'; Category = 'InvalidOperation'; When = 'No client is connected'; Action = '*wait for a client*'; Script = { Start-ChatServer 0 -TurnOrder Free; Send-ChatMessage x } }
        @{ Id = 'PeerQuit'; Category = 'ResourceUnavailable'; When = 'The peer has left'; Action = '*Connect-ChatServer*'; Script = { $s, $c = New-Pair; Disconnect-ChatSession $s; Send-ChatMessage x -Session $c } }
        @{ Id = 'ReceiveTimedOut'; Category = 'OperationTimeout'; When = 'No message arrives in time'; Action = '*-TimeoutSeconds*'; Script = { Start-ChatServer 0; Receive-ChatMessage -TimeoutSeconds 0.1 } }
        @{ Id = 'MessageEmpty'; Category = 'InvalidArgument'; When = 'The message is empty or null'; Action = '*at least one character*'; Script = { New-Pair; Send-ChatMessage '' } }
        @{ Id = 'MessageTooLong'; Category = 'InvalidArgument'; When = 'The message has more characters than the limit'; Action = '*-MaxMessageLength*'; Script = { New-Pair; Send-ChatMessage ('x' * 501) } }
        @{ Id = 'MessageTooLong'; Category = 'InvalidArgument'; When = 'The message has more bytes than the dialect allows'; Action = 'Send the text as several messages.'; Script = {
                New-Pair @{ Dialect = New-ChatDialect Short -MaxBytes 8 }; Send-ChatMessage ('x' * 100)
            }
        }
        @{ Id = 'MessageInvalid'; Category = 'InvalidArgument'; When = 'The message has more than one line'; Action = '*each line as a separate message*'; Script = { New-Pair; Send-ChatMessage "a`nb" } }
        @{ Id = 'MessageInvalid'; Category = 'InvalidArgument'; When = 'The dialect cannot send a character or delimiter of the message'; Action = '*-Dialect*'; Script = {
                New-Pair @{ Dialect = New-ChatDialect Plain -Encoding Ascii }; Send-ChatMessage "`u{e4}"
            }
        }
        @{ Id = 'MessageInvalid'; Category = 'InvalidArgument'; When = 'An object is not a message'; Action = '*-AsJson*'; Script = { New-Pair; Get-Process -Id $PID | Send-ChatMessage } }
        @{ Id = 'NotYourTurn'; Category = 'InvalidOperation'; When = 'A text has several parts, and the peer has the turn after each'; Action = '*-AwaitReply*'; Script = { New-Pair; Send-ChatMessage ('x ' * 501) -Split } }
        @{ Id = 'JsonInvalid'; Category = 'InvalidArgument'; When = 'An object is nested too deep, or JSON cannot represent it'; Action = '*-Depth*'; Script = { New-Pair; Send-ChatMessage -InputObject @{ a = @{} } -AsJson -Depth 0 } }
        @{ Id = 'MessageTooLong'; Category = 'InvalidArgument'; When = 'The JSON of an object has more than 60,000 characters'; Action = '*Select-Object*'; Script = { New-Pair; Send-ChatMessage -InputObject ('x' * 60000) -AsJson } }
        @{ Id = 'JsonInvalid'; Category = 'InvalidArgument'; When = 'A received message is not valid JSON'; Action = '*without -FromJson*'; Script = { $s, $c = New-Pair; Send-ChatMessage hello -Session $c; Receive-ChatMessage $s -FromJson } }
        @{ Id = 'EventSubscribed'; Category = 'InvalidOperation'; When = 'The event `MessageReceived` of the session has a subscriber'; Action = '*Unregister-Event*'; Script = {
                $s = Start-ChatServer 0; Register-ObjectEvent $s MessageReceived -SourceIdentifier subscribed
                try { Receive-ChatMessage $s } finally { Unregister-Event subscribed }
            }
        }
        @{ Id = 'PatternInvalid'; Category = 'InvalidArgument'; When = 'The regular expression is not valid'; Action = '*-Like*'; Script = { New-Pair; Wait-ChatMessage '(' } }
        @{ Id = 'PatternInvalid'; Category = 'InvalidArgument'; When = 'The wildcard pattern is not valid'; Action = '*bracket*backtick*'; Script = { New-Pair; Wait-ChatMessage -Like '[a' } }

        # Rooms
        @{ Id = 'NotARoom'; Category = 'InvalidOperation'; When = 'The session is not in a room'; Action = '*session of a room*'; Script = { Get-ChatMember -Session (Start-ChatServer 0) } }
        @{ Id = 'NotARoom'; Category = 'InvalidOperation'; When = '`Remove-ChatMember` gets the session of a member'; Action = '*Start-ChatServer -Room*'; Script = {
                $r = Start-ChatServer 0 -Room lobby; Remove-ChatMember Bob -Session (Connect-ChatServer 127.0.0.1 $r.Port Ann -Room lobby)
            }
        }
        @{ Id = 'NotARoom'; Category = 'InvalidOperation'; When = '`Connect-ChatServer -Room` connects to a one-to-one server'; Action = '*Omit -Room*'; Script = { $s = Start-ChatServer 0; Connect-ChatServer 127.0.0.1 $s.Port Ann -Room lobby } }
        @{ Id = 'RoomRequired'; Category = 'InvalidOperation'; When = '`Connect-ChatServer` without `-Room` connects to a room'; Action = '*-Room*'; Script = {
                $r = Start-ChatServer 0 -Room lobby; $c = Connect-ChatServer 127.0.0.1 $r.Port Ann; Receive-ChatMessage $c -TimeoutSeconds 20
            }
        }
        @{ Id = 'RoomNotFound'; Category = 'ObjectNotFound'; When = 'The room at the server has a different name'; Action = '*-Room*'; Script = { $r = Start-ChatServer 0 -Room lobby; Connect-ChatServer 127.0.0.1 $r.Port Ann -Room den } }
        @{ Id = 'RoomFull'; Category = 'LimitsExceeded'; When = 'The room has the maximum number of members'; Action = '*-MaxMembers*'; Script = {
                $r = Start-ChatServer 0 -Room lobby -MaxMembers 1
                $null = Connect-ChatServer 127.0.0.1 $r.Port Ann -Room lobby
                Connect-ChatServer 127.0.0.1 $r.Port Bob -Room lobby
            }
        }
        @{ Id = 'InvalidRoomName'; Category = 'InvalidArgument'; When = 'The name of the room is not one word of 1 to 32 letters, digits, `-`, `_` or `.`'; Action = '*-Room*'; Script = { Start-ChatServer 0 -Room 'two words' } }
        @{ Id = 'HandleTaken'; Category = 'ResourceExists'; When = 'Another member of the room has the handle'; Action = '*-Handle*'; Script = { $r = Start-ChatServer 0 -Room lobby -Handle Ann; Connect-ChatServer 127.0.0.1 $r.Port Ann -Room lobby } }
        @{ Id = 'MemberNotFound'; Category = 'ObjectNotFound'; When = 'The room has no member with the handle'; Action = '*Get-ChatMember*'; Script = { $null = Start-ChatServer 0 -Room lobby; Remove-ChatMember Ann } }
        @{ Id = 'HandleInvalid'; Category = 'InvalidArgument'; When = 'The value of `-To` is not a nickname'; Action = '*Get-ChatMember*'; Script = {
                $r = Start-ChatServer 0 -Room lobby; Send-ChatMessage x -To 'a b' -Session (Connect-ChatServer 127.0.0.1 $r.Port Ann -Room lobby)
            }
        }
        @{ Id = 'NotSupported'; Category = 'InvalidOperation'; When = 'A Kutztown room does not support private messages'; Action = 'Omit -To*'; Script = {
                $r = Start-ChatServer 0 -Room lobby -Dialect Kutztown; Send-ChatMessage x -To Bob -Session (Connect-ChatServer 127.0.0.1 $r.Port Ann -Room lobby -Dialect Kutztown)
            }
        }
        @{ Id = 'ResumeNotSupported'; Category = 'InvalidOperation'; When = '`-Resume`, and the server cannot resume sessions'; Action = 'Omit -Resume*'; Script = {
                $s = Start-ChatServer 0 -Secure -NoResume -BindAddress 127.0.0.1; Connect-ChatServer (New-ChatInvite $s) -Handle Chris -Resume
            }
        }

        # Scripts and transcripts
        @{ Id = 'PathNotFound'; Category = 'ObjectNotFound'; When = 'A script or transcript does not exist'; Action = '*existing file*'; Script = { $null = Start-ChatServer 0; Invoke-ChatScript none.chat } }
        @{ Id = 'PermissionDenied'; Category = 'PermissionDenied'; When = 'The user does not have the permission to read the file'; Action = '*permission to read*'
            Script = { $null = Start-ChatServer 0; Invoke-ChatScript $env:PSPAIRCHAT_UNREADABLE }; AsUser = $true; Skip = -not $canBeUser
        }
        @{ Id = 'PathNotFound'; Category = 'ObjectNotFound'; When = 'No file matches a path with wildcards'; Action = '*-LiteralPath*'; Script = { $null = Start-ChatServer 0; Invoke-ChatScript 'a[.chat' } }
        @{ Id = 'ScriptInvalid'; Category = 'ParserError'; When = 'A script has a syntax error'; Action = 'Correct the script*'; Script = { $null = Start-ChatServer 0; 'hello' | Invoke-ChatScript } }
        @{ Id = 'ScriptInvalid'; Category = 'ParserError'; When = 'A placeholder of a script has no value'; Action = '*-Variable*'; Script = { $null, $c = New-Pair; 'Chris> {x}' | Invoke-ChatScript -Session $c } }
        @{ Id = 'ScriptInvalid'; Category = 'ParserError'; When = 'The script has no lines of the handle of the session, or more than two speakers'; Action = '*-Handle*'; Script = {
                $null, $c = New-Pair; 'Ann> a', 'Bob> b' | Invoke-ChatScript -Session $c
            }
        }
        @{ Id = 'ScriptInvalid'; Category = 'ParserError'; When = 'The speakers of the script do not alternate'; Action = '*-TurnOrder Free*'; Script = { $null, $c = New-Pair; 'Chris> a', 'Chris> b' | Invoke-ChatScript -Session $c } }
        @{ Id = 'ScriptInvalid'; Category = 'ParserError'; When = 'The script begins with a line of the side that does not send first'; Action = '*-Dialect*'; Script = { $null, $c = New-Pair; 'HostA> a' | Invoke-ChatScript -Session $c } }
        @{ Id = 'ExpectationFailed'; Category = 'InvalidResult'; When = 'A message differs from what the script expects'; Action = '*Expected and Actual*'; Script = {
                $s, $c = New-Pair; Send-ChatMessage no -Session $c; 'Chris> yes' | Invoke-ChatScript -Session $s
            }
        }
    )
}

BeforeAll {
    . $PSScriptRoot/Peers.ps1

    function Get-WrongUse {
        # Returns the properties of the error of a script block, which a process without privileges can run.
        param([scriptblock] $Script, [switch] $AsUser)
        if (-not $AsUser -or [Environment]::UserName -ne 'root') {
            $record = Get-ErrorOf $Script
            return [pscustomobject] @{
                Id = $record.FullyQualifiedErrorId; Category = "$($record.CategoryInfo.Category)"; Action = $record.ErrorDetails.RecommendedAction; Message = "$record"
            }
        }
        $code = "Import-Module '$module'; try { & { $Script } -ErrorAction Stop } catch { [pscustomobject] @{ Id = `$_.FullyQualifiedErrorId
            Category = `"`$(`$_.CategoryInfo.Category)`"; Action = `$_.ErrorDetails.RecommendedAction; Message = `"`$_`" } | ConvertTo-Json -Compress }"
        $output = setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=$userHome ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; $code" 2>&1
        "$output" -replace '\x1b\[\?1[hl]' | ConvertFrom-Json
    }

    $found = [Collections.Generic.List[object]]::new()
    # A copy that every user can read.
    $userHome = Join-Path ([IO.Path]::GetTempPath()) "pspairchat-$([guid]::NewGuid().ToString('N'))"
    $null = New-Item -ItemType Directory $userHome
    $env:PSPAIRCHAT_UNREADABLE = Join-Path $userHome secret.chat
    Set-Content $env:PSPAIRCHAT_UNREADABLE 'Chris> x'
    $module = $env:PSPAIRCHAT_MANIFEST
    if (-not $IsWindows) {
        $source = Split-Path $env:PSPAIRCHAT_MANIFEST
        $null = New-Item -ItemType Directory (Join-Path $userHome module)
        Copy-Item (Join-Path $source PSPairChat.psd1), (Join-Path $source PSPairChat), (Join-Path $source en-US) (Join-Path $userHome module) -Recurse
        $module = Join-Path $userHome module/PSPairChat.psd1
        chmod -R a+rX $userHome
        chmod 700 $env:PSPAIRCHAT_UNREADABLE
        # A user who is not root owns the file and must not read it either.
        if ([Environment]::UserName -ne 'root') { chmod 000 $env:PSPAIRCHAT_UNREADABLE }
    }
}

AfterAll {
    Remove-Item $userHome -Recurse -Force
    Remove-Item Env:PSPAIRCHAT_UNREADABLE
}

Describe 'A wrong use has an id, a category, and a recommended action' {
    AfterEach { Stop-AllSessions }

    It '<Id>: <When>' -ForEach $uses {
        if ($Skip) { Set-ItResult -Skipped -Because 'it requires a user without privileges'; return }
        $use = Get-WrongUse $Script -AsUser:$AsUser
        $use.Id | Should -BeLike "$Id,PSPairChat.Cmdlets.*Command" -Because $use.Message
        $use.Category | Should -Be $Category
        $use.Action | Should -BeLike $Action
        $use.Message | Should -Match '\.\S*$'
        $found.Add([pscustomobject] @{ Id = $Id; When = $When; Action = $use.Action })
    }

    It 'has at least forty rows in the table, and every row is different' -ForEach @{ Uses = $uses } {
        $uses.Count | Should -BeGreaterOrEqual 40
        $uses.When | Select-Object -Unique | Should -HaveCount $uses.Count
    }

    It 'is listed in docs/errors.md' -ForEach @{ Uses = $uses } {
        if ($found.Count -lt $uses.Count) { Set-ItResult -Skipped -Because 'not every use can be tested here'; return }
        $rows = $found | Sort-Object Id, When -Culture '' | ForEach-Object { "| ``$($_.Id)`` | $($_.When) | $($_.Action -replace '\|', '\|') |" }
        $page = @(
            '# Errors'
            ''
            'The **FullyQualifiedErrorId** of an error begins with one of these ids, for example `NotYourTurn,PSPairChat.Cmdlets.SendChatMessageCommand`. The'
            '**Reason** property of the exception has the same value, and `$Error[0].ErrorDetails.RecommendedAction` contains what to do. Errors are non-terminating,'
            'so that `-ErrorAction` and `-ErrorVariable` apply.'
            ''
            '| Id | When | What to do |'
            '|---|---|---|'
            $rows
            ''
        ) -join "`n"
        $path = "$PSScriptRoot/../../docs/errors.md"
        $isCurrent = (Test-Path $path) -and (Get-Content $path -Raw) -ceq $page
        if (-not $isCurrent) { [IO.File]::WriteAllText($path, $page) }
        $isCurrent | Should -BeTrue -Because 'docs/errors.md was out of date and has been written; review and commit it'
    }
}
