using System;
using System.Management.Automation;
using System.Net;

namespace PSPairChat.Cmdlets;

/// <summary>Converts <c>localhost</c> to the IPv4 loopback address.</summary>
internal sealed class BindAddressTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        string.Equals((inputData as PSObject ?? inputData)?.ToString(), "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback : inputData!;
}
