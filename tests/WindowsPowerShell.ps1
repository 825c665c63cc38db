<#
.SYNOPSIS
Tests the built module in one process. Requires only PowerShell, so that the script also runs in Windows PowerShell 5.1.
.DESCRIPTION
The Pester tests require PowerShell 7. This script tests messages, help, views, and errors, and throws an exception if a test fails.
#>
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
Import-Module (Join-Path $PSScriptRoot '../PSPairChat.psd1')

function Assert-Equal {
    param([string] $Name, $Expected, $Actual)
    if ("$Expected" -ne "$Actual") { throw "${Name}: expected '$Expected', but was '$Actual'." }
    "Passed: $Name"
}

function Get-ErrorId {
    param([scriptblock] $Script)
    $ErrorActionPreference = 'Stop'
    try { $null = & $Script } catch { $_.FullyQualifiedErrorId -replace ',.*' }
}

$server = Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -Handle HostA
$client = Connect-ChatServer -HostName 127.0.0.1 -Port $server.Port -Handle Chris
Send-ChatMessage 'test' -Session $client
$message = Receive-ChatMessage $server -TimeoutSeconds 30
Assert-Equal 'message' 'Chris> test' $message
Assert-Equal 'view of the message' 'Chris> test' ($message | Out-String).Trim()
Assert-Equal 'session of the message' $server.Name $message.Session
Assert-Equal 'JSON of the message' test ($message | ConvertTo-Json | ConvertFrom-Json).Text
Send-ChatMessage 'hello' -Session $server.Id
Assert-Equal 'reply' 'HostA> hello' (Receive-ChatMessage $client.Name -TimeoutSeconds 30)
$object = [pscustomobject] @{ Date = [datetime]::new(2026, 3, 1, 10, 20, 30, [DateTimeKind]::Utc); Price = 0.1; Day = [DayOfWeek]::Friday; List = 1, 'two' }
Send-ChatMessage -InputObject $object -AsJson -Session $client
$message = Receive-ChatMessage $server -FromJson -TimeoutSeconds 30
Assert-Equal 'JSON of an object' '{"Date":"2026-03-01T10:20:30Z","Price":0.1,"Day":"Friday","List":[1,"two"]}' $message.Text
Send-ChatMessage -InputObject $message.Data -AsJson -Session $server
Assert-Equal 'data of a message' $message.Text (Receive-ChatMessage $client -FromJson -TimeoutSeconds 30).Text
Assert-Equal 'error of an object that is too deep' JsonInvalid (Get-ErrorId { Send-ChatMessage -InputObject @{ a = @{} } -AsJson -Depth 0 -Session $client })
Assert-Equal 'error out of turn' NotYourTurn (Get-ErrorId { Send-ChatMessage 'out of turn' -Session $server })
Assert-Equal 'error of a timeout' ReceiveTimedOut (Get-ErrorId { Receive-ChatMessage $server -TimeoutSeconds 1 })
Assert-Equal 'error of an unknown session' SessionNotFound (Get-ErrorId { Receive-ChatMessage nobody })
Assert-Equal 'error of an unknown dialect' DialectNotFound (Get-ErrorId { Start-ChatServer -Port 0 -Dialect Klingon })
$room = Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -Room lobby
$ann = Connect-ChatServer 127.0.0.1 $room.Port Ann -Room lobby
Send-ChatMessage 'hello room' -Session $ann
Assert-Equal 'message in a room' 'Ann> hello room' (Receive-ChatMessage $room -TimeoutSeconds 30)
Assert-Equal 'help' 'Sends messages to the peer.' (Get-Help Send-ChatMessage).Synopsis
$header = ((Get-ChatSession | Format-Table | Out-String -Width 80).Trim() -split '\r?\n')[0] -replace '\x1b\[[\d;]*m' -replace ' +', ' '
Assert-Equal 'columns of the table' 'Id Role Handle Peer EndPoint State Turn' $header.Trim()
Send-ChatMessage '\quit' -Session $client
Assert-Equal 'end of the conversation' '' (Receive-ChatMessage $server -TimeoutSeconds 30)
Get-ChatSession | Where-Object Role -NE Client | Stop-ChatServer
Assert-Equal 'number of open servers' 0 @(Get-ChatSession | Where-Object Role -NE Client).Count
"All tests passed in PowerShell $($PSVersionTable.PSVersion)."
