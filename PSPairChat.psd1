@{
    RootModule             = 'PSPairChat/bin/PSPairChat.Cmdlets.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '5c5d3f0e-2f0b-4b1b-9d57-3f6f6f1f6a54'
    Author                 = 'The PSPairChat authors'
    CompanyName            = 'The PSPairChat authors'
    Copyright              = '(c) The PSPairChat authors. MIT licence.'
    Description            = 'Chat between two hosts over TCP: interactive or scripted conversations, rooms, transcripts, and support for other chat programs.'
    PowerShellVersion      = '5.1'
    # The first .NET Framework version that fully supports netstandard2.0.
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions   = @('Desktop', 'Core')
    # Loaded before the type file, which refers to it.
    RequiredAssemblies     = @('PSPairChat/bin/PSPairChat.Cmdlets.dll')
    FormatsToProcess       = @('PSPairChat/PSPairChat.Format.ps1xml')
    TypesToProcess         = @('PSPairChat/PSPairChat.Types.ps1xml')
    CmdletsToExport        = @(
        'Connect-ChatServer'
        'Disconnect-ChatSession'
        'Enter-ChatSession'
        'Get-ChatBackplane'
        'Get-ChatDialect'
        'Get-ChatInvite'
        'Get-ChatKey'
        'Get-ChatMember'
        'Get-ChatSession'
        'Get-ChatTranscript'
        'Get-ChatTrustedKey'
        'Import-ChatTranscript'
        'Invoke-ChatScript'
        'New-ChatDialect'
        'New-ChatInvite'
        'New-ChatKey'
        'Receive-ChatMessage'
        'Remove-ChatInvite'
        'Remove-ChatMember'
        'Remove-ChatTrustedKey'
        'Send-ChatMessage'
        'Start-ChatServer'
        'Stop-ChatServer'
        'Test-ChatScript'
        'Wait-ChatMessage'
    )
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    PrivateData            = @{
        PSData = @{
            ProjectUri   = 'https://github.com/PSPairChat/PSPairChat'
            LicenseUri   = 'https://github.com/PSPairChat/PSPairChat/blob/main/LICENSE'
            Tags         = @('chat', 'tcp', 'socket', 'messaging', 'automation', 'PSEdition_Desktop', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            ReleaseNotes = 'https://github.com/PSPairChat/PSPairChat/blob/main/CHANGELOG.md'
        }
    }
}
