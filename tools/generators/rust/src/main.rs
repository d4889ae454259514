use std::env::var;

use chrono::{SecondsFormat, TimeDelta, Utc};
use openapi::apis::authentication_api::{generate_token, GenerateTokenError};
use openapi::apis::configuration::Configuration;
use openapi::apis::rooms_api::{create_room, delete_room, list_rooms, retrieve_room, update_room, RetrieveRoomError, UpdateRoomError};
use openapi::apis::Error;
use openapi::models::{
    GrantType, OAuthErrorCode, RoomAccessLevel, RoomConfiguration, RoomCreate, RoomRole, RoomUpdate, TokenRequest, TokenResponse, TrackSource,
};

async fn token(configuration: &Configuration, secret: String) -> Result<TokenResponse, Error<GenerateTokenError>> {
    let request = TokenRequest {
        client_id: var("CLIENT_ID").ok(),
        client_secret: Some(secret),
        ..TokenRequest::new(GrantType::ClientCredentials, var("USER_EMAIL").unwrap())
    };
    generate_token(configuration, request, None, None).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut configuration = Configuration { base_path: var("MEET_URL").unwrap(), ..Configuration::default() };

    match token(&configuration, "wrong".into()).await {
        // The first kind of error that fits is the one: those of 401 look like those of 400.
        Err(Error::ResponseError(answer)) if answer.status == 401 => match answer.entity {
            Some(GenerateTokenError::Status400(error)) => assert_eq!(error.error, OAuthErrorCode::InvalidClient),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
    let answer = token(&configuration, var("CLIENT_SECRET").unwrap()).await.unwrap();
    configuration.bearer_access_token = Some(answer.access_token);

    let sources = RoomConfiguration { can_publish_sources: Some(Some(vec![TrackSource::Microphone])), ..RoomConfiguration::new() };
    let tomorrow = (Utc::now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let wanted = RoomCreate {
        access_level: Some(RoomAccessLevel::Restricted),
        configuration: Some(Box::new(sources)),
        expires_at: Some(Some(tomorrow.clone())),
        ..RoomCreate::new()
    };
    let room = create_room(&configuration, None, None, None, Some(wanted)).await.unwrap();
    assert_eq!(room.configuration.can_publish_sources, Some(Some(vec!["microphone".to_string()])));
    assert_eq!(room.expires_at, Some(tomorrow));
    let list = list_rooms(&configuration, None, None, None, Some(100), None, None, None, None, None, None, None).await.unwrap();
    assert!(list.results.iter().any(|other| other.id == room.id));
    let id = room.id.to_string();
    assert_eq!(retrieve_room(&configuration, &id, None, None, None).await.unwrap(), room);

    let muting = RoomConfiguration { everyone_can_mute: Some(Some(false)), ..RoomConfiguration::new() };
    let change = RoomUpdate {
        access_level: Some(RoomAccessLevel::Trusted),
        configuration: Some(Box::new(muting)),
        expires_at: Some(None),
        ..RoomUpdate::new()
    };
    let changed = update_room(&configuration, &id, None, None, None, Some(change)).await.unwrap();
    assert_eq!((changed.access_level, changed.configuration.everyone_can_mute), (RoomAccessLevel::Trusted, Some(Some(false))));
    assert_eq!(changed.expires_at, None);

    let public = RoomUpdate { access_level: Some(RoomAccessLevel::Public), ..RoomUpdate::new() };
    match update_room(&configuration, &id, None, None, None, Some(public)).await {
        Err(Error::ResponseError(answer)) => match answer.entity {
            Some(UpdateRoomError::Status400(errors)) => {
                assert_eq!(errors.access_level, Some(vec!["Public rooms are disabled for the external API.".to_string()]))
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }

    let roles = vec![RoomRole::Owner, RoomRole::Administrator];
    let since = "2026-01-01T00:00:00Z".to_string();
    let page = list_rooms(&configuration, None, None, None, None, Some(""), None, None, Some(roles), Some(since), None, None).await.unwrap();
    assert!(page.count.is_none() && page.results.iter().any(|other| other.id == room.id));
    delete_room(&configuration, &id, None, None, None).await.unwrap();
    match retrieve_room(&configuration, &id, None, None, None).await {
        // So do those of 404.
        Err(Error::ResponseError(answer)) if answer.status == 404 => match answer.entity {
            Some(RetrieveRoomError::Status400(errors)) => assert_eq!(errors.detail.as_deref(), Some("No Room matches the given query.")),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}
