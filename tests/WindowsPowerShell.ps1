<#
.SYNOPSIS
A conversation with the built module in one process, without anything but PowerShell itself: for Windows PowerShell 5.1.
.DESCRIPTION
The Pester suite is written for PowerShell 7. This says and hears, looks at help, views and errors, and throws where something is not as it should be.
#>
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
Import-Module (Join-Path $PSScriptRoot '../PSPairChat.psd1')

function Assert-Equal {
    param([string] $What, $Expected, $Actual)
    if ("$Expected" -ne "$Actual") { throw "$What is '$Actual' and not '$Expected'." }
    "ok: $What"
}

$server = Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -Handle HostA
$client = Connect-ChatServer -HostName 127.0.0.1 -Port $server.Port -Handle Chris
Send-ChatMessage 'test' -Session $client
$message = Receive-ChatMessage $server -TimeoutSeconds 30
Assert-Equal 'The message' 'Chris> test' $message
Assert-Equal 'Its line' 'Chris> test' ($message | Out-String).Trim()
Assert-Equal 'Its session' $server.Name $message.Session
Assert-Equal 'Its JSON' test ($message | ConvertTo-Json | ConvertFrom-Json).Text
Send-ChatMessage 'hello' -Session $server
Assert-Equal 'The answer' 'HostA> hello' (Receive-ChatMessage $client -TimeoutSeconds 30)
try { Send-ChatMessage 'out of turn' -Session $server; throw 'It was said out of turn.' }
catch { Assert-Equal 'The error' 'NotYourTurn' ($_.FullyQualifiedErrorId -replace ',.*') }
try { $null = Receive-ChatMessage $server -TimeoutSeconds 1; throw 'Nothing was heard.' }
catch { Assert-Equal 'The time-out' 'ReceiveTimedOut' ($_.FullyQualifiedErrorId -replace ',.*') }
$room = Start-ChatServer -Port 0 -BindAddress 127.0.0.1 -Room lobby
$ann = Connect-ChatServer 127.0.0.1 $room.Port Ann -Room lobby
Send-ChatMessage 'hello room' -Session $ann
Assert-Equal 'The room' 'Ann> hello room' (Receive-ChatMessage $room -TimeoutSeconds 30)
Assert-Equal 'The help' 'Says something to the other end.' (Get-Help Send-ChatMessage).Synopsis
Assert-Equal 'The columns' 'Id Role Handle Peer EndPoint State Turn' (((Get-ChatSession | Format-Table | Out-String -Width 80).Trim() -split '\r?\n')[0] -replace '\x1b\[[\d;]*m' -replace ' +', ' ').Trim()
Send-ChatMessage '\quit' -Session $client
Assert-Equal 'The end' '' (Receive-ChatMessage $server -TimeoutSeconds 30)
Get-ChatSession | Where-Object Role -NE Client | Stop-ChatServer
Assert-Equal 'What is left open' 0 @(Get-ChatSession | Where-Object Role -NE Client).Count
"All is well in PowerShell $($PSVersionTable.PSVersion)."
