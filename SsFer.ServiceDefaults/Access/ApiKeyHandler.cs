using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SsFer.Artifacts.Access;
using SsFer.ServiceDefaults.Http;

namespace SsFer.ServiceDefaults.Access;

/// <summary>
/// Lets requests in by the key that they carry, as <c>Authorization: Bearer KEY</c> (RFC 6750) or <c>X-API-Key: KEY</c>. Where keys are
/// not demanded everybody has every role.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ApiKeyring keyring,
    IOptions<AccessOptions> access,
    IHostEnvironment environment
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Bearer = "Bearer ";
    private const string Realm = "Bearer realm=\"ssfer\"";
    private const int RetryAfter = 1;
    private const string HowToSend = "send it as 'Authorization: Bearer KEY' or '" + AccessExtensions.KeyHeader + ": KEY'";

    private static readonly AuthenticateResult Anybody = Ticket("anybody", Enum.GetValues<ApiKeyRole>());

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!keyring.IsKnown)
        {
            Response.Headers.RetryAfter = $"{RetryAfter}";
            return Answer(StatusCodes.Status503ServiceUnavailable, "the API keys could not be read yet: try again in a moment");
        }

        var presented = Presented();
        Response.Headers.WWWAuthenticate = presented is null ? Realm : $"{Realm}, error=\"invalid_token\"";
        return Answer(
            StatusCodes.Status401Unauthorized,
            presented is null
                ? $"the request carries no API key: {HowToSend}; ssfer keys add NAME makes one"
                : $"the API key is unknown or revoked: ask for another; {HowToSend}"
        );
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var role = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy ?? AccessPolicies.Operate;
        Response.Headers.WWWAuthenticate = $"{Realm}, error=\"insufficient_scope\"";
        return Answer(
            StatusCodes.Status403Forbidden,
            $"API key {Caller.KeyOf(Context)?.Id} has not the role '{role}' that this needs: "
                + $"ssfer keys add NAME --role {role} makes one that has"
        );
    }

    private static AuthenticateResult Ticket(string name, IEnumerable<ApiKeyRole> roles)
    {
        var identity = new ClaimsIdentity(SchemeName);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, name));
        identity.AddClaims(roles.Select(role => new Claim(ClaimTypes.Role, AccessPolicies.NameOf(role))));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    private AuthenticateResult Authenticate()
    {
        if (!access.Value.AreKeysRequired(environment))
        {
            return Anybody;
        }

        if (Presented() is not { } presented)
        {
            return AuthenticateResult.NoResult();
        }

        if (keyring.Find(presented) is not { } key)
        {
            return AuthenticateResult.Fail("unknown or revoked");
        }

        Caller.Remember(Context, key);
        return Ticket(key.Id, key.Roles);
    }

    /// <summary>What the request carries as a key; null where it carries none.</summary>
    private string? Presented()
    {
        var authorization = Request.Headers[HeaderNames.Authorization].ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim()
            : Request.Headers[AccessExtensions.KeyHeader] is { Count: > 0 } own ? own.ToString()
            : null;
    }

    private Task Answer(int status, string detail) => ProblemAnswers.WriteAsync(Context, status, detail);
}
