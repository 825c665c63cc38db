namespace PSPairChat.Cmdlets;

/// <summary>Where <c>Get-Help -Online</c> finds the pages.</summary>
internal static class HelpPages
{
    public const string Root = "https://github.com/PSPairChat/PSPairChat/blob/main/docs/";
}
